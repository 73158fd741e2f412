"""What to do about a recording that needs attention, reason by reason."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.domain.attention_reasons import UNCLAIMED
from recordings.models import Attention, Recording

NOTE_NO_FILE = _("Bucket checked %(at)s: no file yet")
NOTE_NOT_LISTED = _("The bucket could not be checked")
NOTE_NOT_CHECKED = _("The bucket has not been checked yet")

NO_FILE = _(
    "Bucket last checked %(at)s: no file yet. MP4 and AAC files appear only when a part is complete or the recording "
    "ends, so checking continues. Check the device, then resolve."
)
NOT_LISTED = _(
    "The bucket could not be checked, so nothing can be found automatically. Test the storage key to see why. Check "
    "the device and the bucket yourself, then resolve."
)
NOT_CHECKED = _(
    "The bucket has not been checked yet: no worker is running, or it is busy. Tell the administrator of this server. "
    "Check the device and the bucket yourself, then resolve."
)

ADVICE: Mapping[str, Promise] = MappingProxyType(
    {
        Attention.UNKNOWN: _(
            "It may be running and billed. The bucket is searched for its TaskId. Check the device, then resolve."
        ),
        UNCLAIMED: _(
            "No recording here has them. They may be running and billed: claim them as recordings, or stop them. "
            "Dismiss what has ended."
        ),
        Attention.CANNOT_LIST: _(
            "Nothing can be found automatically here. Check the device, and the bucket with a key of your own, then "
            "resolve. A credential admin can give the storage a key that may list."
        ),
        Attention.DOUBLED: _("Every one that is running is billed. Compare them, keep one and stop the others."),
        Attention.NOT_RECORDING: _(
            "Either recording has not begun, or its callback was lost. Check the device and the files. Then stop it "
            "and start again, or mark it as handled."
        ),
        Attention.FAILED: _(
            "Nothing is being recorded. Check that the device publishes this stream, start again, and mark this one "
            "as handled."
        ),
        Attention.SILENT: _(
            "Its device has been offline longer than the idle time, or no new files arrive, and no end was reported. "
            "A recording ends by itself without video. Close it if you agree; stop it if the device is still streaming."
        ),
        Attention.STOP_REFUSED: _(
            "Check whether new files arrive or the device is still being recorded. If so, stop it again; if it has "
            "ended, close it."
        ),
        Attention.NOT_STOPPING: _(
            "Tencent Cloud accepted the stop, but no callback has reported the end. If callbacks are not set up, none "
            "can arrive: close it. Otherwise check whether new files arrive, then stop it again or close it."
        ),
        Attention.UPLOAD_LATE: _(
            "Check the bucket for what is missing. If it does not arrive, give the TaskId and RequestId to Tencent "
            "Cloud support. Mark it as handled when no more files are expected."
        ),
        Attention.RUNS_ON: _(
            "Its recorder was active, or new files arrived, after it ended or was closed here. It is billed until it "
            "ends. Stop it, or mark it as handled when you know that it has ended."
        ),
        Attention.NOT_SENT: _(
            "A start or stop is overdue and could not be sent: no worker is running, or a key of the account cannot be "
            "decrypted. Tell the administrator of this server. Recordings in progress continue and are billed; a start "
            "that cannot be sent within ten minutes is cancelled."
        ),
    }
)
"""For each reason; advice_for() says more of an unknown start."""


def advice_for(recording: Recording) -> Promise | str:
    """What to do about a recording that needs attention; empty for any other."""
    if recording.attention != Attention.UNKNOWN:
        return ADVICE.get(recording.attention, "")
    if recording.scanned_at:
        return NO_FILE % {"at": timezone.localtime(recording.scanned_at).strftime("%Y-%m-%d %H:%M:%S")}
    return NOT_LISTED if recording.scan_count else NOT_CHECKED


def note_on(recording: Recording) -> Promise | str:
    """What its group's advice cannot say of an unknown start; empty for any other."""
    if recording.attention != Attention.UNKNOWN:
        return ""
    if recording.scanned_at:
        return NOTE_NO_FILE % {"at": timezone.localtime(recording.scanned_at).strftime("%H:%M:%S")}
    return NOTE_NOT_LISTED if recording.scan_count else NOTE_NOT_CHECKED
