"""One stop of a batch on its way out: the ordinary stop, as the user of the batch."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from recordings.calls import CannotCall
from recordings.lifecycle.batches.claims import release
from recordings.lifecycle.batches.control import pause_by_refusal
from recordings.lifecycle.send import LostRace
from recordings.lifecycle.stop import Cancelled, NotLive, StopDeferred, StopInProgress, stop_recording
from recordings.models import Batch, BatchItem

SENDING, ACCEPTED, SKIPPED = BatchItem.State.SENDING, BatchItem.State.ACCEPTED, BatchItem.State.SKIPPED


def send_stop_of(key: int, until: datetime) -> None:
    """Stop the recording of an item that is claimed until then; one that was cancelled meanwhile is left alone."""
    claimed = BatchItem.objects.filter(pk=key, state=BatchItem.State.QUEUED, due_at=until)
    related = ("batch__requested_by", "recording__account", "recording__project", "recording__device")
    item = claimed.select_related(*related).first()
    if item is None or item.recording is None:
        return
    if item.batch.state != Batch.State.RUNNING:
        release([key], until)
        return

    def joined(settled: Cancelled | StopDeferred | None) -> None:
        match settled:
            case None:
                changes = {"state": SENDING, "attempts": 1}
            case Cancelled():
                changes = {"state": ACCEPTED}
            case StopDeferred():
                changes = {"state": SKIPPED, "skip_cause": BatchItem.SkipCause.STOP_DEFERRED}
        if claimed.update(due_at=None, changed_at=timezone.now(), **changes) != 1:
            raise LostRace

    def skip(cause: BatchItem.SkipCause) -> None:
        claimed.update(state=SKIPPED, skip_cause=cause, due_at=None, changed_at=timezone.now())

    try:
        stop_recording(actor=item.batch.requested_by, recording=item.recording, reason=item.batch.reason, joined=joined)
    except LostRace:
        return
    except PermissionDenied:
        skip(BatchItem.SkipCause.PERMISSION)
    except NotLive:
        skip(BatchItem.SkipCause.OVER)
    except StopInProgress:
        skip(BatchItem.SkipCause.STOP_REQUESTED)
    except CannotCall:
        release([key], until)
        pause_by_refusal(item.batch, Batch.PauseCause.CREDENTIALS, code="")
