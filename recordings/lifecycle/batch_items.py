"""The items of batches follow what becomes of their recordings, in the same transaction."""

from collections.abc import Sequence

from django.utils import timezone

from recordings.domain.states import State
from recordings.models import Batch, BatchItem, Recording
from recordings.row_updates import update_rows

START, STOP = Batch.Action.START, Batch.Action.STOP

STATES = {
    State.QUEUED: BatchItem.State.SENDING,
    State.SENDING: BatchItem.State.SENDING,
    State.UNKNOWN: BatchItem.State.UNKNOWN,
    State.REFUSED: BatchItem.State.REFUSED,
    State.CANCELLED: BatchItem.State.CANCELLED,
    State.NOT_STARTED: BatchItem.State.NOT_STARTED,
}
"""Of a start whose recording is in that state. A refused start that is repeated by itself counts as being sent."""


def state_of_start(recording: Recording) -> BatchItem.State:
    """The state of the item whose start became this recording."""
    if recording.state == State.CLOSED and not recording.task_id:
        return BatchItem.State.CLOSED
    return STATES.get(State(recording.state), BatchItem.State.ACCEPTED)


def follow_starts(recordings: Sequence[Recording]) -> None:
    """Give the items that these recordings were started for the states of the recordings, which are locked."""
    by_key: dict[int | None, Recording] = {recording.pk: recording for recording in recordings}
    items = list(BatchItem.objects.filter(recording__in=by_key, action=START).exclude(state=BatchItem.State.TAKEN_OVER))
    for item in items:
        recording = by_key[item.recording_id]
        item.state, item.changed_at = state_of_start(recording), timezone.now()
        item.error_code, item.request_id, item.attempts = recording.error_code, recording.request_id, recording.tries
    update_rows(items, ("state", "error_code", "request_id", "attempts", "changed_at"))


def follow_stop(recording: Recording, state: BatchItem.State, *, code: str = "", request_id: str = "") -> None:
    """Give the items that want this recording stopped, whose stop is out or waits for its TaskId, a state."""
    waiting = BatchItem.objects.filter(recording=recording.pk, action=STOP).exclude(
        state__in=[BatchItem.State.QUEUED, BatchItem.State.CANCELLED, BatchItem.State.ACCEPTED]
    )
    waiting.update(state=state, skip_cause="", error_code=code, request_id=request_id, changed_at=timezone.now())


def take_over(recording: Recording) -> None:
    """A user started this stream by hand: batches that have it queued do not start it any more."""
    queued = BatchItem.objects.filter(
        device=recording.device_id,
        video_stream_id=recording.video_stream_id,
        action=START,
        state=BatchItem.State.QUEUED,
    )
    queued.update(state=BatchItem.State.TAKEN_OVER, recording=recording, due_at=None, changed_at=timezone.now())
