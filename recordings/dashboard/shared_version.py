"""Displays that show the same share its version for a second, so that many of them cost little more than one.

A change may stay unseen for that second longer. Only the version is kept, in this process's memory: a page is never
shared, and a refresh writes nothing to the database.
"""

from django.core.cache.backends.locmem import LocMemCache
from django.utils.translation import get_language

from recordings.dashboard.view import View
from recordings.models import User

KEPT = 1
"""Seconds."""
_versions = LocMemCache("recordings.dashboard.versions", {"OPTIONS": {"MAX_ENTRIES": 1000}})


def version_known(user: User, view: View) -> str:
    """The version that was computed within the last second for a user with the same roles; empty for none."""
    return str(_versions.get(_key(user, view), ""))


def share_version(user: User, view: View, version: str) -> None:
    """Let the requests of the next second know it."""
    _versions.set(_key(user, view), version, timeout=KEPT)


def forget() -> None:
    """Empty the memory, for tests."""
    _versions.clear()


def _key(user: User, view: View) -> str:
    """What a version depends on beside the moment."""
    roles = sorted((each.role, each.project_id or 0) for each in user.held)
    return repr((roles, user.is_display, get_language(), view)).replace(" ", "")
