"""Why a recording needs attention."""

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
