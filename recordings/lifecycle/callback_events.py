"""What an event means, in words. Source: TRRO, recording callbacks."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.trro.event_type import EventType

EVENTS: Mapping[int, Promise] = {
    EventType.TEST: gettext_lazy("Test event of this server"),
    EventType.RECORDER_STARTED: gettext_lazy("Recorder started"),
    EventType.RECORDER_LEFT: gettext_lazy("Recorder stopped"),
    EventType.UPLOAD_STARTED: gettext_lazy("Upload started"),
    EventType.FIRST_PLAYLIST: gettext_lazy("First playlist uploaded"),
    EventType.HLS_UPLOADED: gettext_lazy("HLS upload finished"),
    EventType.RECORDER_CHANGED: gettext_lazy("Another recorder took over"),
    EventType.FIRST_SEGMENT: gettext_lazy("First segment written"),
    EventType.STORAGE_ERROR: gettext_lazy("Storage refused an upload"),
    EventType.PICTURE_NOT_FETCHED: gettext_lazy("Picture could not be downloaded"),
    EventType.FILE_FINISHED: gettext_lazy("File finished"),
    EventType.VOD_COMMITTED: gettext_lazy("File committed to VOD"),
    EventType.VOD_ENDED: gettext_lazy("VOD task ended"),
}
STATUSES: Mapping[tuple[int, int], Promise] = {
    (EventType.RECORDER_STARTED, 1): gettext_lazy("failed to start"),
    (EventType.RECORDER_LEFT, 0): gettext_lazy("stopped via API"),
    (EventType.RECORDER_LEFT, 1): gettext_lazy("removed from the room"),
    (EventType.RECORDER_LEFT, 2): gettext_lazy("room closed by customer"),
    (EventType.RECORDER_LEFT, 3): gettext_lazy("removed by the server"),
    (EventType.RECORDER_LEFT, 4): gettext_lazy("room closed by server"),
    (EventType.RECORDER_LEFT, 99): gettext_lazy("no video for MaxIdleTime"),
    (EventType.RECORDER_LEFT, 100): gettext_lazy("room timed out"),
    (EventType.RECORDER_LEFT, 101): gettext_lazy("same user entered twice"),
    (EventType.UPLOAD_STARTED, 1): gettext_lazy("failed"),
    (EventType.HLS_UPLOADED, 0): gettext_lazy("all files uploaded"),
    (EventType.HLS_UPLOADED, 1): gettext_lazy("at least one file is in backup storage"),
    (EventType.HLS_UPLOADED, 2): gettext_lazy("files recovered from backup storage"),
    (EventType.FILE_FINISHED, 0): gettext_lazy("upload complete"),
    (EventType.FILE_FINISHED, 1): gettext_lazy("partly in backup storage"),
    (EventType.FILE_FINISHED, 2): gettext_lazy("failed"),
}
BAD = frozenset(
    {
        (EventType.RECORDER_STARTED, 1),
        (EventType.UPLOAD_STARTED, 1),
        (EventType.HLS_UPLOADED, 1),
        (EventType.FILE_FINISHED, 1),
        (EventType.FILE_FINISHED, 2),
    }
)


def name_of(event_type: int | None) -> str:
    """What happened, by the event's type."""
    if event_type is None:
        return _("Unreadable callback")
    return str(EVENTS.get(event_type) or _("Unknown event type"))


def detail_of(event_type: int | None, status: int | None) -> str:
    """How it went, by the event's status; empty where that says nothing more."""
    if event_type is None or status is None:
        return ""
    return str(STATUSES.get((event_type, status), ""))


def is_bad(event_type: int | None, status: int | None) -> bool:
    """Whether something went wrong."""
    return event_type == EventType.STORAGE_ERROR or (event_type, status) in BAD
