"""What the server refuses to start with: run by every manage.py command and by wsgi.py."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from recordings import vault


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


@register(Tags.database)
def secrets_can_be_opened(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every sealed value names a key that is there. Run where the database is looked at: `check --database`."""
    if not databases:
        return []
    known = set(vault.read_keys(settings.ENCRYPTION_KEYS))
    current = next(iter(vault.read_keys(settings.ENCRYPTION_KEYS)))
    used: set[str] = set()
    try:
        for model in vault.sealed_models():
            for row in model._default_manager.all():
                used |= {vault.key_id_of(row, field) for field in model.SEALED}  # type: ignore[attr-defined]
    except vault.CannotOpen as error:
        return [Error(str(error), id="trroadmin.E005")]
    except DatabaseError:
        return []  # no tables yet
    found: list[CheckMessage] = [
        Error(f"Secrets are sealed under key {key_id!r}, which ENCRYPTION_KEYS lacks.", id="trroadmin.E006")
        for key_id in sorted(used - known)
    ]
    if used & known - {current}:
        found.append(Warning("Secrets stand under older keys: run manage.py rotate_keys.", id="trroadmin.W001"))
    return found


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
