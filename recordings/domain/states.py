"""A recording's two states and the table of moves. Knows neither Django nor a database.

Which state follows from what is known is found in `domain/fold.py`.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    RECORDING = "recording"
    STOPPING = "stopping"
    ENDED = "ended"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"
    CLOSED = "closed"


class UploadState(StrEnum):
    NONE = "none"
    PARTIAL = "partial"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class Choice(StrEnum):
    """What a person decided, with a reason."""

    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    """A user has handled what needed attention."""
    CLAIMED = "claimed"
    """A user said which recording an unclaimed TaskId is."""
    MATCHED = "matched"
    """A user gave an unknown start its TaskId."""


OVER = frozenset({Choice.CANCELLED, Choice.NOT_STARTED, Choice.CLOSED})
"""The choices that the fold gets. The others are no evidence that anything ended: the TaskId they bring is."""


LIVE = frozenset({State.QUEUED, State.SENDING, State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING})
"""One for each device and stream: the vendor may be recording, or is about to."""

CLOSABLE = frozenset({State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING})

TABLE: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.ACCEPTED, State.REFUSED, State.QUEUED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.ACCEPTED, State.NOT_STARTED, State.CLOSED}),
    State.ACCEPTED: frozenset({State.RECORDING, State.FAILED, State.STOPPING, State.ENDED, State.CLOSED}),
    State.RECORDING: frozenset({State.STOPPING, State.ENDED, State.CLOSED}),
    State.STOPPING: frozenset({State.ENDED, State.CLOSED}),
    # Late news that the recorder, which has left, had failed to begin
    State.ENDED: frozenset({State.FAILED}),
    # The recorder said it failed, and then wrote all the same (the task went to another recorder)
    State.FAILED: frozenset({State.RECORDING}),
    # What follows is a start whose TaskId turned up after everybody had given it up
    State.REFUSED: frozenset({State.ACCEPTED}),
    State.CANCELLED: frozenset({State.ACCEPTED}),
    State.NOT_STARTED: frozenset({State.ACCEPTED}),
    State.CLOSED: frozenset({State.ACCEPTED}),
}
"""Every single step that the fold may make; the tests of domain/fold.py hold it to them.

Late evidence can take several at once (unknown to ended); `reachable` says which.
"""


def reachable(start: State) -> frozenset[State]:
    """Every state that can follow `start`, in one step or in several."""
    seen: set[State] = set()
    edge = {start}
    while edge:
        edge = {after for state in edge for after in TABLE[state]} - seen
        seen |= edge
    return frozenset(seen)


HLS_FORMATS = frozenset({0, 1, 2})
"""Output formats that write HLS segments: alone, with mp4, with aac."""

PROMISED: Mapping[int, frozenset[str]] = {
    0: frozenset({"m3u8"}),
    1: frozenset({"m3u8", "mp4"}),
    2: frozenset({"m3u8", "aac"}),
    3: frozenset({"mp4"}),
    4: frozenset({"aac"}),
}
"""The endings of the files that each output format makes. Source: TRRO API, CreateCloudRecording.OutputFormat."""
