"""What an event means, in words. Source: TRRO, recording callbacks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TEST_EVENT = 0
"""An event type that the vendor does not have, and that changes nothing."""
STARTED, LEFT = 301, 302

EVENTS = {
    TEST_EVENT: gettext_lazy("Test event of this server"),
    301: gettext_lazy("The recorder started"),
    302: gettext_lazy("The recorder left"),
    303: gettext_lazy("The upload started"),
    304: gettext_lazy("The first playlist is uploaded"),
    305: gettext_lazy("The HLS upload finished"),
    306: gettext_lazy("Another recorder took over"),
    307: gettext_lazy("The first segment is cut"),
    308: gettext_lazy("The storage refused an upload"),
    309: gettext_lazy("A picture could not be downloaded"),
    310: gettext_lazy("A file is finished"),
    311: gettext_lazy("A file was committed to VOD"),
    312: gettext_lazy("The VOD task ended"),
}
STATUSES = {
    (301, 1): gettext_lazy("it failed to start"),
    (302, 0): gettext_lazy("stopped by a call"),
    (302, 1): gettext_lazy("removed from the room"),
    (302, 2): gettext_lazy("the customer closed the room"),
    (302, 3): gettext_lazy("removed by the server"),
    (302, 4): gettext_lazy("the server closed the room"),
    (302, 99): gettext_lazy("nobody published for MaxIdleTime"),
    (302, 100): gettext_lazy("the room timed out"),
    (302, 101): gettext_lazy("the same user entered twice"),
    (303, 1): gettext_lazy("it failed"),
    (305, 0): gettext_lazy("all files are there"),
    (305, 1): gettext_lazy("at least one file waits in backup storage"),
    (305, 2): gettext_lazy("files that waited were recovered"),
    (310, 0): gettext_lazy("all of it is there"),
    (310, 1): gettext_lazy("some of it waits in backup storage"),
    (310, 2): gettext_lazy("it failed"),
}
BAD = frozenset({(301, 1), (303, 1), (305, 1), (310, 1), (310, 2)})
STORAGE_ERROR = 308


def name_of(event_type: int | None) -> str:
    """What happened, by the event's type."""
    if event_type is None:
        return _("A callback that cannot be read")
    return str(EVENTS.get(event_type) or _("Event of a type not known here"))


def detail_of(event_type: int | None, status: int | None) -> str:
    """How it went, by the event's status; empty where that says nothing more."""
    if event_type is None or status is None:
        return ""
    return str(STATUSES.get((event_type, status), ""))


def is_bad(event_type: int | None, status: int | None) -> bool:
    """Whether something went wrong."""
    return event_type == STORAGE_ERROR or (event_type, status) in BAD
