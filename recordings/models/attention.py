"""Why recordings need attention, in words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.domain.attention_reasons import Attention as Reason


class Attention(models.TextChoices):
    """Why a recording needs attention."""

    UNKNOWN = Reason.UNKNOWN, _("No response: may be running")
    CANNOT_LIST = (
        Reason.CANNOT_LIST,
        _("No response, and the bucket cannot be listed"),
    )
    DOUBLED = Reason.DOUBLED, _("Stream may be recorded twice")
    NOT_RECORDING = Reason.NOT_RECORDING, _("Accepted, recorder silent")
    FAILED = Reason.FAILED, _("Recorder failed to start")
    SILENT = (
        Reason.SILENT,
        _("Probably ended (device offline or no new files)"),
    )
    STOP_REFUSED = (
        Reason.STOP_REFUSED,
        _("Stop failed: check if still running"),
    )
    NOT_STOPPING = Reason.NOT_STOPPING, _("Stop accepted, recorder still on")
    UPLOAD_LATE = Reason.UPLOAD_LATE, _("Files missing 1 h after end")
    RUNS_ON = Reason.RUNS_ON, _("Ended or closed here, still recording")
    NOT_SENT = Reason.NOT_SENT, _("Overdue: not sent")


STOP_AGAIN = frozenset({Attention.RUNS_ON, Attention.NOT_STOPPING, Attention.STOP_REFUSED})
"""An earlier stop did not end it, or what it ended has begun again."""

SILENCE = frozenset({Attention.SILENT, Attention.NOT_RECORDING, Attention.NOT_STOPPING})
"""No sign of the recording arrives any more."""
