"""The cache in Redis, with values in signed JSON. Integers stay bare, so that Redis itself can count."""

from typing import Any

from django.core.cache.backends.redis import RedisCache as DjangosRedisCache
from django.core.cache.backends.redis import RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

from recordings.caching.values import UNREADABLE, CacheUnavailable, decode, encode
from recordings.rate_limited_log import warn_rarely


class Serializer:
    """What Django's backend calls instead of pickle."""

    def dumps(self, value: Any) -> int | str:
        return value if type(value) is int else encode(value)

    def loads(self, data: bytes) -> Any:
        text = data.decode(errors="replace")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else decode(text)


class _Client(Redis):
    """Turns every error, also that of a full Redis, into CacheUnavailable."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as error:
            warn_rarely("cache_unavailable", why=type(error).__name__)
            raise CacheUnavailable from error


class _CacheClient(RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, serializer=Serializer(), **options)  # type: ignore[arg-type]
        self._client = _Client

    def get(self, key: Any, default: Any) -> Any:
        value = super().get(key, UNREADABLE)
        return default if value is UNREADABLE else value

    def has_key(self, key: Any) -> bool:
        return self.get(key, UNREADABLE) is not UNREADABLE


class RedisCache(DjangosRedisCache):
    """Raises CacheUnavailable if Redis fails."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _CacheClient

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found = {key: self.get(key, UNREADABLE, version) for key in keys}
        return {key: value for key, value in found.items() if value is not UNREADABLE}

    def set_many(self, data: dict[Any, Any], timeout: Any = 300, version: int | None = None) -> list[Any]:
        for key, value in data.items():
            self.set(key, value, timeout, version)
        return []
