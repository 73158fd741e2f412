"""What settings.py needs before Django is there: the environment, and keys for development."""

import base64
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

PREFIX = "TRROADMIN_"
PRIVATE = 0o077
"""The umask of every process: what it makes in VAR_DIR holds sessions, password hashes and exports."""
MODES = ("production", "development")


def environment() -> environ.Env:
    """A typed reader of the TRROADMIN_ variables. One that is empty counts as not set, and is taken out."""
    for name in [name for name, value in os.environ.items() if name.startswith(PREFIX) and not value.strip()]:
        del os.environ[name]
    env = environ.Env()
    env.prefix = PREFIX
    return env


def mode(env: environ.Env) -> str:
    """`production` unless the environment says `development`; anything else raises ImproperlyConfigured."""
    value: str = env.str("MODE", default="production")
    if value not in MODES:
        raise ImproperlyConfigured(f"{PREFIX}MODE is {value!r}; it may be {' or '.join(MODES)}.")
    return value


def required(env: environ.Env, name: str, meaning: str) -> str:
    """The value of a variable that has no default, or ImproperlyConfigured saying what it is for."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {PREFIX}{name}: {meaning}.")
    return value


def web_address(env: environ.Env, name: str, *, default: str = "") -> str:
    """An address without a / at its end, of which the parts can be read. Raises ImproperlyConfigured."""
    value: str = env.str(name, default=default).strip().rstrip("/")
    if not is_readable(value):
        raise ImproperlyConfigured(f"{PREFIX}{name} is not a valid address, such as https://trro.example.com.")
    return value


def is_readable(url: str) -> bool:
    """Whether Python can read the parts of an address: not `https://[`, and no port above 65535."""
    try:
        urlsplit(url).port  # noqa: B018
    except ValueError:
        return False
    return True


def host_header(url: str) -> str:
    """The host of an address as a browser sends it, without the port: an IPv6 address stands in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def listed(env: environ.Env, name: str, *, default: Sequence[str] = ()) -> list[str]:
    """The parts of a list with commas, without the spaces around them."""
    return [part for each in env.list(name, default=list(default)) if (part := each.strip())]


def address(
    read: Callable[..., dict[str, Any]], name: str, *, default: str, schemes: Sequence[str] = ()
) -> dict[str, Any]:
    """What the address in a variable says, read by django-environ. Raises ImproperlyConfigured.

    The error does not repeat the address, as Python's own would: a `/` in its password makes it unreadable.
    """
    known_scheme(os.environ.get(f"{PREFIX}{name}", default), name, schemes)
    try:
        found = read(name, default=default)
    except Exception:
        found = {}
    if not {"ENGINE", "BACKEND"} & found.keys() or "@" in str(found.get("NAME", "")):
        raise ImproperlyConfigured(
            f"{PREFIX}{name} cannot be read. In its password, write / as %2F, # as %23, ? as %3F, % as %25."
        )
    if "ENGINE" in found and not found.get("NAME"):
        raise ImproperlyConfigured(f"{PREFIX}{name} must end in the name of a database.")
    return found


def known_scheme(url: str, name: str, schemes: Sequence[str]) -> str:
    """The address, if it begins with one of `schemes`; else raises ImproperlyConfigured, and names them."""
    scheme, separator, _rest = url.partition("://")
    if schemes and (not separator or scheme not in schemes):
        known = ", ".join(f"{each}://" for each in schemes)
        raise ImproperlyConfigured(f"{PREFIX}{name} must begin with one of {known}.")
    if not is_readable(url):
        raise ImproperlyConfigured(f"{PREFIX}{name} must be an address whose host and port can be read.")
    return url


def number(env: environ.Env, name: str, *, default: float, least: float) -> float:
    """A number of at least `least`. Raises ImproperlyConfigured."""
    try:
        value = float(env.str(name, default=str(default)))
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise ImproperlyConfigured(f"{PREFIX}{name} must be a number, at least {least:g}.")
    return value


def time_zone(env: environ.Env, name: str, *, default: str) -> str:
    """The name of a time zone. Raises ImproperlyConfigured."""
    value: str = env.str(name, default=default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ImproperlyConfigured(f"{PREFIX}{name} must name a time zone, such as Asia/Shanghai.") from None
    return value


def one_of(env: environ.Env, name: str, *, default: str, values: Sequence[str]) -> str:
    """One of `values`, in capitals. Raises ImproperlyConfigured."""
    value: str = env.str(name, default=default).upper()
    if value not in values:
        raise ImproperlyConfigured(f"{PREFIX}{name} must be one of {', '.join(values)}.")
    return value


def private_folder(path: Path) -> Path:
    """A folder that only this account can read: created, or closed to others. Raises ImproperlyConfigured.

    One that belongs to another account, as a mounted volume may, stays as it is: a check warns of it.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ImproperlyConfigured(f"{PREFIX}VAR_DIR {path} cannot be made: {why}.") from None
    if path.stat().st_mode & PRIVATE:
        with suppress(PermissionError):
            path.chmod(0o700)
    return path


def origin(url: str) -> str:
    """Scheme, host and port of an address, as content security policies name it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def openid_connect(env: environ.Env, issuer: str, name: str) -> dict[str, Any]:
    """The provider of single sign-on as allauth wants it; without an issuer there is none."""
    app = {
        "provider_id": "sso",
        "name": name,
        "client_id": env.str("OIDC_CLIENT_ID", default=""),
        "secret": env.str("OIDC_CLIENT_SECRET", default=""),
        "settings": {"server_url": issuer},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app] if issuer else []}}


def new_key() -> str:
    """32 random bytes in base64: the form of every key this project reads."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def development_keys(path: Path) -> None:
    """Put the keys of a development installation into the environment; make them at the first start.

    The folder is its owner's alone, since the database comes to lie there too. The file has mode 0600 and is complete
    or absent: it is written aside and linked into place, so two processes that start together use the same keys.
    Variables that are already set stay as they are.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        lines = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ENCRYPTION_KEYS": f"dev1:{new_key()}",
            "AUDIT_KEY": new_key(),
        }
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{PREFIX}{name}={value}\n" for name, value in lines.items())
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # another process was first: its keys count
        finally:
            fresh.unlink()
    environ.Env.read_env(path, overwrite=False)
