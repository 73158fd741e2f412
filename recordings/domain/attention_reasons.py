"""Why a recording needs attention, and which reason comes first."""

from enum import StrEnum


class Attention(StrEnum):
    """The reasons; the models give them their words."""

    UNKNOWN = "unknown"
    CANNOT_LIST = "cannot_list"
    DOUBLED = "doubled"
    NOT_RECORDING = "not_recording"
    FAILED = "failed"
    SILENT = "silent"
    STOP_REFUSED = "stop_refused"
    NOT_STOPPING = "not_stopping"
    UPLOAD_LATE = "upload_late"
    RUNS_ON = "runs_on"
    NOT_SENT = "not_sent"


UNCLAIMED = "unclaimed"
"""Why a task needs attention that no recording has. No recording's attention has this value."""

BY_RISK: tuple[str, ...] = (
    Attention.DOUBLED,
    Attention.UNKNOWN,
    Attention.CANNOT_LIST,
    UNCLAIMED,
    Attention.RUNS_ON,
    Attention.STOP_REFUSED,
    Attention.NOT_STOPPING,
    Attention.NOT_SENT,
    Attention.NOT_RECORDING,
    Attention.SILENT,
    Attention.FAILED,
    Attention.UPLOAD_LATE,
)
"""Every reason, in the order of the money at risk: what may be billed twice or unseen comes first."""
