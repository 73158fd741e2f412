"""The signs of a recording, from its callbacks' rows."""

from django.db.models import Max, Q

from recordings.domain.signs import Sign
from recordings.models import CallbackEvent, Recording
from recordings.trro.callback import read
from recordings.trro.event_type import EventType

WHOLE = Q(event_type=EventType.FILE_FINISHED, status=0)
NOT_WHOLE = Q(event_type=EventType.FILE_FINISHED) & (Q(status=None) | ~Q(status=0))


def signs_of(recording: Recording) -> frozenset[Sign]:
    """What the fold has to know of a recording's callbacks.

    A recording that is cut has one 310 for each part. Of those that report a whole file, the newest represents all,
    unless a file was reported missing or without a readable status: then each names its files, for which it takes
    back what was said before.
    """
    events = recording.events.exclude(event_type=None).order_by("id")
    if events.filter(NOT_WHOLE).exists():
        signs = [sign_of(event) for event in events.exclude(event_type=EventType.FILE_FINISHED).defer("body")]
        return frozenset(
            [*signs, *(sign_of(event, with_files=True) for event in events.filter(event_type=EventType.FILE_FINISHED))]
        )
    signs = [sign_of(event) for event in events.exclude(WHOLE).defer("body")]
    newest = events.filter(WHOLE).aggregate(happened=Max("happened_at"), latest=Max("received_at"), number=Max("id"))
    if latest := newest["latest"]:
        at = newest["happened"] or latest
        signs.append(Sign(event_type=EventType.FILE_FINISHED, at=at, reported_at=latest, number=newest["number"]))
    return frozenset(signs)


def sign_of(event: CallbackEvent, *, with_files: bool = False) -> Sign:
    """What one event says; the names of its files only `with_files`, since they are in its body."""
    return Sign(
        event_type=event.event_type or 0,
        status=event.status,
        at=event.happened_at or event.received_at,
        reported_at=event.received_at,
        number=event.pk,
        files=frozenset(file.name for file in read(bytes(event.body)).files) if with_files else frozenset(),
    )
