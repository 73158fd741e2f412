"""The cache for what a page can do without: counts, badges, figures. Never raises.

While the shared cache is unavailable, this process's memory stands in for it, so that a count goes on counting. Not
for throttles and used codes: another process would not know of them.
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
    """What `work` makes of the shared cache, or of this process's memory while that is unavailable."""
    try:
        return work(cache)
    except CacheUnavailable:
        return work(_own_memory)


def answers() -> bool:
    """Whether the shared cache gives back what it was given."""
    try:
        cache.set("status", "here", timeout=10)
        return bool(cache.get("status") == "here")
    except CacheUnavailable:
        return False


def forget() -> None:
    """Empty this process's own memory, for tests."""
    _own_memory.clear()
