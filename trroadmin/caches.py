"""What settings.py needs for the cache: our own backends in place of Django's, which unpickle what they read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

SECONDS_TO_CONNECT = 2
SECONDS_OF_SILENCE = 2

OURS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        # Django throws entries away at 300: a flood of sign-ins would wash away what counts them
        "django.core.cache.backends.db.DatabaseCache": (
            "recordings.caching.backends.DatabaseCache",
            {"MAX_ENTRIES": 20_000},
        ),
        "django.core.cache.backends.redis.RedisCache": (
            "recordings.caching.redis.RedisCache",
            {"socket_connect_timeout": SECONDS_TO_CONNECT, "socket_timeout": SECONDS_OF_SILENCE},
        ),
    }
)


def safe_cache(found: Mapping[str, Any]) -> dict[str, Any]:
    """A cache as CACHES wants it. One of another kind stays as it is: a check refuses it (system_checks/cache.py)."""
    backend, options = OURS.get(found["BACKEND"], (found["BACKEND"], {}))
    return {**found, "BACKEND": backend, "OPTIONS": dict(options)}
