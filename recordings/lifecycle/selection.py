"""Recordings that a user selected for one decision: frozen and signed before anything happens to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

from recordings.models import Recording, User
from recordings.permissions import projects_where

MAX_SELECTED = 1000
"""Decided about at once."""

SECONDS = 60 * 60
SALT = "recordings.lifecycle.selection"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedRecording:
    """A recording as it was when it was chosen."""

    pk: int
    state: str
    attention: str


class BadSelection(Exception):
    """A selection is missing, was changed on its way, is older than an hour, or was made for another user."""


def freeze_selection(recordings: Iterable[Recording], *, user: User) -> str:
    """A signed text that says which recordings were shown to this user, and how they were then. No other can use it."""
    rows = [[recording.pk, recording.state, recording.attention] for recording in recordings]
    return signing.dumps(rows, salt=_salt(user), compress=True)


def read_selection(signed: str, *, user: User, permission: str) -> list[SelectedRecording]:
    """What `freeze_selection` froze for this user, without what they may not decide about any more.

    Raises BadSelection, also when nothing is left.
    """
    try:
        rows = signing.loads(signed, salt=_salt(user), max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        raise BadSelection from None
    found = Recording.objects.filter(pk__in=[pk for pk, _, _ in rows], project__in=projects_where(user, permission))
    mine = set(found.values_list("pk", flat=True))
    chosen = [SelectedRecording(pk=pk, state=state, attention=attention) for pk, state, attention in rows if pk in mine]
    if not chosen:
        raise BadSelection
    return chosen


def _salt(user: User) -> str:
    return f"{SALT}:{user.pk}"
