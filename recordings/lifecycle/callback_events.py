"""What an event means, in words. Source: TRRO, recording callbacks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TEST_EVENT = 0
"""An event type that the vendor does not have, and that changes nothing."""
STARTED, LEFT = 301, 302

EVENTS = {
    TEST_EVENT: gettext_lazy("Test event of this server"),
    301: gettext_lazy("Recorder started"),
    302: gettext_lazy("Recorder stopped"),
    303: gettext_lazy("Upload started"),
    304: gettext_lazy("First playlist uploaded"),
    305: gettext_lazy("HLS upload finished"),
    306: gettext_lazy("Another recorder took over"),
    307: gettext_lazy("First segment written"),
    308: gettext_lazy("Storage refused an upload"),
    309: gettext_lazy("Picture could not be downloaded"),
    310: gettext_lazy("File finished"),
    311: gettext_lazy("File committed to VOD"),
    312: gettext_lazy("VOD task ended"),
}
STATUSES = {
    (301, 1): gettext_lazy("failed to start"),
    (302, 0): gettext_lazy("stopped via API"),
    (302, 1): gettext_lazy("removed from the room"),
    (302, 2): gettext_lazy("room closed by customer"),
    (302, 3): gettext_lazy("removed by the server"),
    (302, 4): gettext_lazy("room closed by server"),
    (302, 99): gettext_lazy("no video for MaxIdleTime"),
    (302, 100): gettext_lazy("room timed out"),
    (302, 101): gettext_lazy("same user entered twice"),
    (303, 1): gettext_lazy("failed"),
    (305, 0): gettext_lazy("all files uploaded"),
    (305, 1): gettext_lazy("at least one file is in backup storage"),
    (305, 2): gettext_lazy("files recovered from backup storage"),
    (310, 0): gettext_lazy("upload complete"),
    (310, 1): gettext_lazy("partly in backup storage"),
    (310, 2): gettext_lazy("failed"),
}
BAD = frozenset({(301, 1), (303, 1), (305, 1), (310, 1), (310, 2)})
STORAGE_ERROR = 308


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
    return event_type == STORAGE_ERROR or (event_type, status) in BAD
