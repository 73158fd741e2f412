"""Checks of shared stores before a server starts."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from trroadmin.caches import OURS

SAFE = frozenset(backend for backend, _options in OURS.values())
JSON = "django.contrib.sessions.serializers.JSONSerializer"


@register(Tags.security)
def nothing_stored_is_run(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a cache or session store whose values Python would unpickle."""
    found: list[CheckMessage] = []
    for name, cache in settings.CACHES.items():
        if cache["BACKEND"] not in SAFE:
            what = f"The cache {name!r} is {cache['BACKEND']}, which can run what another wrote into it."
            hint = "Set TRROADMIN_CACHE_URL to redis://… or rediss://…, or leave it out for a table in the database."
            found.append(Error(what, hint=hint, id="trroadmin.E030"))
    if settings.SESSION_SERIALIZER != JSON:
        found.append(Error("Sessions are not stored as JSON.", hint=f"Use {JSON}.", id="trroadmin.E031"))
    return found


@register(Tags.security)
def redis_can_be_reached_for(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The Redis client must be installed when a setting names Redis: without it every sign-in would fail."""
    if find_spec("redis") is not None:
        return []
    hint = "Run pip install -r requirements.txt."
    return [
        Error(f"{name} is Redis, and its client is not installed.", hint=hint, id="trroadmin.E032") for name in _redis()
    ]


def _redis() -> Iterator[str]:
    if any("redis" in cache["BACKEND"].casefold() for cache in settings.CACHES.values()):
        yield "CACHE_URL"
    if urlsplit(settings.QUEUE_URL).scheme in {"redis", "rediss"}:
        yield "QUEUE_URL"
