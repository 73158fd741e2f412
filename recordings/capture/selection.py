"""Recordings that somebody chose to decide about together: frozen and signed before anything happens to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

from recordings.models import Recording

MOST = 1000
"""Decided about at once."""

SECONDS = 60 * 60
SALT = "recordings.capture.selection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A recording as it was when it was chosen."""

    pk: int
    state: str
    attention: str


class BadSelection(Exception):
    """A selection is missing, was changed on its way, or is older than an hour."""


def freeze_selection(recordings: Iterable[Recording]) -> str:
    """A signed text that says which recordings were shown to be decided about, and how they were then."""
    rows = [[recording.pk, recording.state, recording.attention] for recording in recordings]
    return signing.dumps(rows, salt=SALT, compress=True)


def read_selection(signed: str) -> list[Chosen]:
    """What `freeze_selection` froze. Raises BadSelection."""
    try:
        rows = signing.loads(signed, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        raise BadSelection from None
    return [Chosen(pk=pk, state=state, attention=attention) for pk, state, attention in rows]
