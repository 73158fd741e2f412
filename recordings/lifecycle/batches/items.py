"""The items of batches follow what becomes of their recordings, in the same transaction."""

from recordings.domain.states import State
from recordings.models import BatchItem, Recording

ITEM_STATES = {
    State.QUEUED: BatchItem.State.SENDING,
    State.SENDING: BatchItem.State.SENDING,
    State.UNKNOWN: BatchItem.State.UNKNOWN,
    State.REFUSED: BatchItem.State.REFUSED,
    State.CANCELLED: BatchItem.State.CANCELLED,
    State.NOT_STARTED: BatchItem.State.NOT_STARTED,
}
"""Of a start whose recording is in that state. A refused start that is repeated by itself counts as being sent."""


def item_state(recording: Recording) -> BatchItem.State:
    """The state of the item whose start became this recording."""
    if recording.state == State.CLOSED and not recording.task_id:
        return BatchItem.State.CLOSED
    return ITEM_STATES.get(State(recording.state), BatchItem.State.ACCEPTED)
