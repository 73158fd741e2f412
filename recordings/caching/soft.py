"""The cache for optional values of pages: counts, badges, figures. Never raises.

While the shared cache is unavailable, this process's memory replaces it, so that counts continue. Not
for limits and used codes: another process would not know of them.
"""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

from recordings.caching.values import CacheUnavailable

T = TypeVar("T")
_own_memory = LocMemCache("recordings.caching.soft", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


def with_cache(work: Callable[[BaseCache], T]) -> T:
    """The result of `work` with the shared cache, or with this process's memory while that is unavailable."""
    try:
        return work(cache)
    except CacheUnavailable:
        return work(_own_memory)


def answers() -> bool:
    """Whether the shared cache works."""
    try:
        cache.set("status", "here", timeout=10)
        return bool(cache.get("status") == "here")
    except CacheUnavailable:
        return False


def forget() -> None:
    """Empty this process's own memory, for tests."""
    _own_memory.clear()
