"""What somebody should do about a recording that needs a person, reason by reason."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.models import Attention, Recording

NO_FILE = _(
    "The bucket was searched, last at %(at)s, and showed no file. MP4 and AAC come only when a part is cut or at the "
    "end, so the search goes on. Look at the device; when you know, say what became of the start."
)
NOT_SEARCHED = _(
    "The bucket could not be searched, so nothing can be found by itself until it can. Test the storage's key to see "
    "why. Look at the device, and into the bucket by yourself; when you know, say what became of the start."
)
NOBODY_LOOKED = _(
    "Nobody has looked into the bucket yet: no worker runs, or it has not come to it. Tell whoever runs this server. "
    "Look at the device, and into the bucket by yourself; when you know, say what became of the start."
)

ADVICE: Mapping[str, Promise] = MappingProxyType(
    {
        Attention.CANNOT_LIST: _(
            "Nothing can be found by itself here. Look at the device, and into the bucket with a key of your own; then "
            "say what became of the start. A credential admin can give the storage a key that may list."
        ),
        Attention.DOUBLED: _("Every one that is running is billed. Compare them, keep one and stop the others."),
        Attention.NOT_RECORDING: _(
            "Either the recorder has not begun, or its callback was lost. Look at the device and for files; then stop "
            "it and start anew, or mark it as seen to."
        ),
        Attention.FAILED: _(
            "Nothing is being recorded. Look whether the device publishes this stream, start anew, and mark this one "
            "as seen to."
        ),
        Attention.SILENT: _(
            "Its device is offline for longer than the idle time, or its files stopped coming, and no end was "
            "reported. Recorders leave by themselves when their stream is gone. Close it when you agree; if it may "
            "still run, as when the device still publishes the stream, stop it."
        ),
        Attention.STOP_REFUSED: _(
            "Look whether files still come or the device is still recorded. If so, stop it again; if it is over, "
            "close it."
        ),
        Attention.NOT_STOPPING: _(
            "Tencent Cloud accepted the stop, and no callback of its end came. Where no callbacks are set up none can "
            "come: close it. Else look whether files still come, and stop it again or close it."
        ),
        Attention.UPLOAD_LATE: _(
            "Look into the bucket for what is missing, and give TaskId and RequestId to the vendor's support if it "
            "does not come. Mark it as seen to when nothing is to be expected any more."
        ),
        Attention.RUNS_ON: _(
            "Its recorder was at work, or new files came, after it ended or was closed here. It is billed until it "
            "ends. Stop it, or mark it as handled when you know that it is over."
        ),
        Attention.NOT_SENT: _(
            "A start or a stop of it is due and could not be sent: no worker runs, or a key of the account does not "
            "open. Tell whoever runs this server. What records goes on and is billed; a start that cannot be sent "
            "within ten minutes is cancelled."
        ),
    }
)
"""For reasons about which one thing is to be said."""


def advice_for(recording: Recording) -> Promise | str:
    """What to do about a recording that needs a person; empty for one that needs nobody."""
    if recording.attention != Attention.UNKNOWN:
        return ADVICE.get(recording.attention, "")
    if recording.scanned_at:
        return NO_FILE % {"at": timezone.localtime(recording.scanned_at).strftime("%Y-%m-%d %H:%M:%S")}
    return NOT_SEARCHED if recording.scan_count else NOBODY_LOOKED
