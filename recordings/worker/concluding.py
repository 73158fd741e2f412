"""Who stores an answer whose caller is gone: a spilled one, or that of a process that was lost."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from recordings import calls
from recordings.capture.sending import conclude_start
from recordings.capture.stopping import conclude_stop
from recordings.models import ApiCall
from recordings.trro.outcome import Outcome
from recordings.trro.requests import CreateCloudRecording, DeleteCloudRecording

CONCLUSIONS: Mapping[str, Callable[[ApiCall, Outcome], object]] = MappingProxyType(
    {
        CreateCloudRecording.action: conclude_start,
        DeleteCloudRecording.action: conclude_stop,
    }
)


def conclude(row: ApiCall, outcome: Outcome) -> None:
    """Store what came of a call, in the caller's transaction, as its own process would have.

    A call whose action moves nothing, or that is about no recording, only has its row closed.
    """
    store = CONCLUSIONS.get(row.action) if row.recording_id is not None else None
    (store or calls.close)(row, outcome)
