"""Checks of the production settings. Each error says what to set.

Errors stop a server from starting; what `check --deploy` finds beyond that does not. Registered in apps.py.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.http.request import validate_host

from recordings.addresses import ignored_proxy, unreadable_proxies
from trroadmin.environment import host_header

SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10
"""The fewest different characters of a secret key: `aaaa…` is no secret."""


@register(Tags.security)
def secret_key_is_long(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    if settings.DEVELOPMENT or (len(key) >= SHORTEST_SECRET and len(set(key)) >= FEWEST_CHARACTERS):
        return []
    hint = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    what = f"SECRET_KEY must have at least {SHORTEST_SECRET} random characters."
    return [Error(what, hint=hint, id="trroadmin.E010")]


@register(Tags.security)
def public_url_is_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    parts = urlsplit(settings.PUBLIC_URL)
    found: list[CheckMessage] = []
    if not settings.DEVELOPMENT and parts.scheme != "https":
        what = "PUBLIC_URL must begin with https://: over http, passwords and sessions can be read on the way."
        found.append(Error(what, hint="Set the https address of the proxy that ends TLS.", id="trroadmin.E011"))
    if not parts.hostname or parts.username is not None or parts.path or parts.query or parts.fragment:
        what = "PUBLIC_URL must be a scheme and a host, with a port if need be, and no path."
        found.append(Error(what, hint="For example https://trro.example.com", id="trroadmin.E011"))
    return found


@register(Tags.security, deploy=True)
def own_host_is_allowed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Health checks take any Host header, so a wrong list is not noticed there."""
    host = host_header(settings.PUBLIC_URL)
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    what = f"ALLOWED_HOSTS lacks {host!r}, the host of PUBLIC_URL: every page would answer 400."
    hint = "Add the host name by itself, without https:// and port, or leave ALLOWED_HOSTS out."
    return [Error(what, hint=hint, id="trroadmin.E020")]


@register(Tags.security)
def proxies_are_addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    hint = "Set addresses or networks (10.0.0.7, 10.0.0.0/24), or unix for the peers of a unix socket."
    return [
        Error(
            f"TRUSTED_PROXIES lists {each!r}, which is no address and trusts no proxy.", hint=hint, id="trroadmin.E012"
        )
        for each in unreadable_proxies()
    ]


@register(Tags.security, deploy=True)
def a_proxy_is_trusted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEVELOPMENT or settings.TRUSTED_PROXIES:
        return []
    what = "TRUSTED_PROXIES is not set: behind a proxy all browsers would count as one address."
    hint = "Set the proxy's address, such as 127.0.0.1, or none if gunicorn itself ends TLS."
    return [Warning(what, hint=hint, id="trroadmin.W010")]


@register(Tags.database, deploy=True)
def no_proxy_was_ignored(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Requests of the last hour through an untrusted proxy. A database check, since servers note them there."""
    peer = ignored_proxy() if databases else None
    if peer is None:
        return []
    what = f"Requests came through a proxy at {peer} that TRUSTED_PROXIES lacks: all browsers count as one address."
    return [Warning(what, hint=f"Add {peer} to TRUSTED_PROXIES.", id="trroadmin.W011")]


@register(Tags.security)
def var_dir_is_private(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        is_open = Path(settings.VAR_DIR).stat().st_mode & 0o007
    except OSError:
        return [Error("VAR_DIR cannot be read.", hint="Set a folder of the server's own account.", id="trroadmin.E013")]
    if not is_open:
        return []
    what = f"Other accounts of this machine can read VAR_DIR ({settings.VAR_DIR})."
    return [Warning(what, hint="Run chmod 700 on it.", id="trroadmin.W012")]


@register(Tags.security, deploy=True)
def folders_can_be_written(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not _can_be_written(Path(settings.EXPORTS_DIR)):
        what = f"EXPORTS_DIR ({settings.EXPORTS_DIR}) cannot be written: every export would fail."
        found.append(Error(what, hint="Set a folder of the server's own account.", id="trroadmin.E021"))
    if not _can_be_written(Path(settings.AUDIT_ANCHOR).parent):
        what = f"AUDIT_ANCHOR ({settings.AUDIT_ANCHOR}) cannot be written by this account."
        found.append(Warning(what, hint="The worker's account must be able to write it.", id="trroadmin.W013"))
    return found


def _can_be_written(folder: Path) -> bool:
    """Whether this account may make files in a folder, which may not be there yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


@register(Tags.security, deploy=True)
def static_files_are_collected(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return []
    known = staticfiles_storage.hashed_files
    missing = [path for path in _static_files() if path.replace("\\", "/") not in known]
    if not missing:
        return []
    what = f"Static files that are not collected: {len(missing)}, such as {missing[0]}. Pages that need them fail."
    return [Error(what, hint="Run manage.py collectstatic --noinput, then restart.", id="trroadmin.E014")]


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for path, _storage in finder.list([]):
            yield path
