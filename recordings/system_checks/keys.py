"""Checks of keys before a server starts: run by every manage.py command and by wsgi.py."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.models import Model

from recordings import vault
from recordings.audit_log.web_role import rights_too_many
from recordings.identity import factor_secrets
from recordings.key_rotation import UNREADABLE
from recordings.models import CallbackKey, StorageKey


@register(Tags.security)
def keys_are_sound(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    try:
        vault.read_keys(settings.ENCRYPTION_KEYS)
    except vault.BadKeys as error:
        found.append(Error(str(error), id="trroadmin.E001"))
    try:
        audit_key = base64.b64decode(settings.AUDIT_KEY, validate=True)
    except binascii.Error:
        audit_key = b""
    if len(audit_key) < 32:
        found.append(Error("AUDIT_KEY is not base64 of 32 bytes.", id="trroadmin.E002"))
    return found


@register(Tags.security)
def sandbox_is_for_development(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name in ("SANDBOX_ENDPOINT", "SANDBOX_STORAGE"):
        value = getattr(settings, name)
        if value and not settings.DEVELOPMENT:
            found.append(Error(f"{name} is set outside of development.", id="trroadmin.E003"))
        elif value and urlsplit(value).hostname not in {"127.0.0.1", "localhost"}:
            found.append(Error(f"{name} is not on this machine.", id="trroadmin.E004"))
    return found


IN_USE: Mapping[type[Model], Mapping[str, None]] = {
    StorageKey: {"replaced_at": None},
    CallbackKey: {"retired_at": None},
}
"""The rows of secrets that are checked, where it is not all: old replaced keys add nothing."""


@register(Tags.database)
def secrets_can_be_opened(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Secrets in use must have their encryption key. Run with database checks: `check --database`.

    An error only when that is so of none: then these are not the keys of this database. A single row that cannot
    be decrypted is named and affects no other; a call that needs it is refused.
    """
    if not databases:
        return []
    try:
        known = list(vault.read_keys(settings.ENCRYPTION_KEYS))
        named = Counter[str]()
        damaged: list[CheckMessage] = []
        for model in vault.sealed_models():
            for row in model._default_manager.filter(**IN_USE.get(model, {})).iterator():
                damaged += _look_at(row, known, named)
        named += factor_secrets.rows_by_key(UNREADABLE)
    except (vault.BadKeys, DatabaseError):
        return []  # the check of the keys reports it; or no tables yet
    if unreadable := named.pop(UNREADABLE, 0):
        damaged.append(Warning(f"Second factors that cannot be opened: {unreadable}.", id="trroadmin.E005"))
    if named and not named.keys() & set(known):
        keys = ", ".join(map(repr, sorted(named)))
        return [Error(f"All secrets are encrypted under {keys}, which ENCRYPTION_KEYS lacks.", id="trroadmin.E006")]
    if named.keys() & set(known[1:]):
        damaged.append(
            Warning("Secrets are encrypted with older keys: run manage.py rotate_keys.", id="trroadmin.W001")
        )
    return damaged


def _look_at(row: Model, known: Sequence[str], named: Counter[str]) -> Iterator[CheckMessage]:
    """Count the keys that a row's secrets name; a warning for each secret that cannot be decrypted."""
    for field in row.SEALED:  # type: ignore[attr-defined]
        try:
            key_id = vault.key_id_of(row, field)
        except vault.CannotOpen as error:
            yield Warning(str(error), id="trroadmin.E005")
            continue
        named[key_id] += 1
        if key_id not in known:
            what = f"{row._meta.label} {row.pk}: {field} is encrypted under {key_id!r}, which ENCRYPTION_KEYS lacks."
            yield Warning(what, id="trroadmin.E006")


@register(Tags.database)
def entries_cannot_be_changed(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """On PostgreSQL the server's role can add audit entries but not change them."""
    if not databases or settings.DEVELOPMENT:
        return []
    try:
        rights = rights_too_many()
    except DatabaseError:
        return []
    if not rights:
        return []
    hint = "Run the server under a separate role: manage.py web_role. Migrations still run under the owner."
    what = f"The database role of this server may {', '.join(rights)} entries of the audit trail."
    return [Warning(what, hint=hint, id="trroadmin.W004")]


def refuse_to_start_unless_sound() -> None:
    """Raise ImproperlyConfigured with every error the checks find: a server does not run system checks by itself."""
    errors = [
        message
        for tag in (Tags.security, Tags.database)
        for message in run_checks(tags=[tag], databases=["default"])
        if message.is_serious()
    ]
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))
