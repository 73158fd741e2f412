"""Stores a response whose caller is gone: a spilled one, or that of a process that ended."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from recordings import calls
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.lifecycle.send import conclude_start
from recordings.lifecycle.stop import conclude_stop
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
    (store or _close)(row, outcome)


def _close(row: ApiCall, outcome: Outcome) -> None:
    """Close a row without a recording, with an audit entry for its end."""
    if calls.close(row, outcome):
        after = {"outcome": calls.OUTCOMES[type(outcome)], "request_id": outcome.request_id}
        record_audit(
            actor=SYSTEM, action="call.concluded", target=row.action, target_type="ApiCall", target_id=str(row.pk),
            after=after,
        )  # fmt: skip
