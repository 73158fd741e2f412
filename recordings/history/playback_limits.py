"""How often one user may have a bucket asked: each click costs the server several requests to it."""

from django.core.cache import cache
from django.utils import timezone

from recordings.models import User

A_MINUTE = 120
"""Plays, downloads and playlists together: two a second, more than a person clicks."""


def is_within_limit(user: User) -> bool:
    """Count one request of this user; False when there were more than A_MINUTE in this minute."""
    key = f"files:asked:{user.pk}:{timezone.now():%Y%m%d%H%M}"
    if cache.add(key, 1, timeout=120):
        return True
    try:
        return cache.incr(key) <= A_MINUTE
    except ValueError:  # it expired between the two
        return True
