"""How often one user may have a bucket asked: each click costs the server several requests to it."""

from django.core.cache.backends.base import BaseCache
from django.utils import timezone

from recordings.caching.soft import with_cache
from recordings.models import User

A_MINUTE = 120
"""Plays, downloads and playlists together: two a second, more than a person clicks."""


def is_within_limit(user: User) -> bool:
    """Count one request of this user; False when there were more than A_MINUTE in this minute.

    While the cache is unavailable each process counts for itself: files can still be played.
    """
    key = f"files:asked:{user.pk}:{timezone.now():%Y%m%d%H%M}"
    return with_cache(lambda cache: _count(cache, key)) <= A_MINUTE


def _count(cache: BaseCache, key: str) -> int:
    if cache.add(key, 1, timeout=120):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it expired between the two
        return 1
