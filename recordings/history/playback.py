"""Watching and downloading: who does so is kept; the address lives for minutes and is stored nowhere."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from recordings import addresses, wakeups
from recordings.audit_log import record as audit
from recordings.history.file_list import CONTENT_TYPES, ending_of, may_be_scanned, player_of
from recordings.history.playlists import LONGEST, CannotPlay, Playlist, rewritten
from recordings.lifecycle.recording_folder import bucket_of, is_base_name, object_key
from recordings.models import AuditEntry, Recording, RecordingFile, User
from recordings.object_storage.bucket import Bucket
from recordings.object_storage.errors import BucketError, ErrorKind, meaning, remedy
from recordings.permissions import demand

ADDRESS_SECONDS = 10 * 60
"""How long an address is good. A user who watches for longer gets another one (static/js/player.js)."""
SAME_VIEW = timedelta(minutes=10)
"""Within this, the same user who watches or downloads the same file from the same address is entered once."""


def request_scan(*, actor: User, recording: Recording) -> bool:
    """Let a worker scan the recording's bucket now; False when it can have no files there.

    Safe to repeat. Raises PermissionDenied.
    """
    demand(actor, "recording.decide", recording.project)
    if not may_be_scanned(recording):
        return False
    with transaction.atomic():
        Recording.objects.filter(pk=recording.pk).update(next_scan_at=timezone.now())
        wakeups.wake("scan", recording.pk)
    return True


def download(*, actor: User, file: RecordingFile) -> str:
    """An address that downloads the file.

    Raises PermissionDenied, and BucketError when it cannot be read now, such as when it is archived: then nothing is
    signed or entered.
    """
    return _watched(actor, file, action="file.downloaded", download_as=file.name)


def watch(*, actor: User, file: RecordingFile) -> str:
    """An address for the browser's own player. Raises PermissionDenied, and BucketError as `download` does."""
    return _watched(actor, file, action="file.watched", download_as="")


def watch_playlist(*, actor: User, file: RecordingFile) -> Playlist:
    """What a player will be served, once it is certain that it can be played.

    Raises PermissionDenied, CannotPlay, and BucketError as `download` does.
    """
    demand(actor, "file.watch", file.recording.project)
    found = _checked_playlist(file, bucket_of(file.recording))
    _enter(actor, file, "file.watched")
    return found


def playlist(*, actor: User, file: RecordingFile) -> str:
    """The file's playlist as a player gets it. Not entered: `watch_playlist` was, before the player asked.

    Raises PermissionDenied, BucketError, and CannotPlay for a playlist that is not to be trusted.
    """
    demand(actor, "file.watch", file.recording.project)
    return _playlist(file, bucket_of(file.recording)).text


def segment(*, actor: User, file: RecordingFile, name: str) -> str:
    """An address of one segment in the file's folder. Asks no bucket. Raises PermissionDenied and BucketError."""
    demand(actor, "file.watch", file.recording.project)
    if not is_base_name(name) or ending_of(name) in {"m3u8", "m3u"}:
        raise _not_a_file()
    _key(file)
    return _address(bucket_of(file.recording), object_key(file.recording, name))


def trouble_with(*, actor: User, file: RecordingFile, origin: str) -> str:
    """Why a player that was opened on a page of `origin` does not play the file, and what to do about it.

    Raises PermissionDenied.
    """
    demand(actor, "file.watch", file.recording.project)
    try:
        bucket, key = bucket_of(file.recording), _key(file)
        if player_of(file.name) != "hls":
            bucket.check(key)
            return gettext("The browser cannot play this file, or its link has expired. Open it again, or download it.")
        first, _last = _checked_playlist(file, bucket).segments
        if not bucket.lets_read(object_key(file.recording, first), origin=origin):
            return gettext(
                "The bucket has no CORS rule for pages of %(origin)s. Add one for GET, or download the file."
            ) % {"origin": origin}
    except BucketError as error:
        return f"{meaning(error.kind)} {remedy(error.kind)}"
    except CannotPlay as error:
        return gettext("This playlist cannot be played. %(reason)s") % {"reason": error.reason}
    return gettext("The browser cannot play HLS: use a current Chromium, Chrome, Edge or Safari, or download the file.")


def _watched(actor: User, file: RecordingFile, *, action: str, download_as: str) -> str:
    demand(actor, "file.watch", file.recording.project)
    bucket, key = bucket_of(file.recording), _key(file)
    bucket.check(key)  # a vendor's error page is no answer to a click
    _enter(actor, file, action)
    return _address(bucket, key, download_as=download_as)


def _checked_playlist(file: RecordingFile, bucket: Bucket) -> Playlist:
    """The file's playlist, of which the segments can be read. Raises CannotPlay and BucketError.

    A lifecycle rule archives segments and leaves the small playlist: the oldest and the newest segment are checked.
    """
    found = _playlist(file, bucket)
    for name in dict.fromkeys(found.segments):
        bucket.check(object_key(file.recording, name))
    return found


def _playlist(file: RecordingFile, bucket: Bucket) -> Playlist:
    return rewritten(bucket.read(_key(file), most=LONGEST))


def _enter(actor: User, file: RecordingFile, action: str) -> None:
    """Enter it in the trail, once within SAME_VIEW: clicks and players that ask again do not flood the trail."""
    recording = file.recording
    after = {"file": file.name, "task_id": recording.task_id}
    with transaction.atomic():
        lately = AuditEntry.objects.filter(
            target_type="Recording",
            target_id=str(recording.pk),
            at__gt=timezone.now() - SAME_VIEW,
            action=action,
            actor=actor.get_username(),
            address=addresses.origin.get(),
        )
        if after in lately.values_list("after", flat=True):
            return
        audit.record_audit(
            actor=actor, action=action, target=recording, project_id=recording.project.project_id, after=after
        )


def _address(bucket: Bucket, key: str, *, download_as: str = "") -> str:
    otherwise = "application/octet-stream" if download_as else CONTENT_TYPES["ts"]
    kind = CONTENT_TYPES.get(ending_of(key), otherwise)
    return bucket.address(key, seconds=ADDRESS_SECONDS, content_type=kind, download_as=download_as)


def _key(file: RecordingFile) -> str:
    if not file.recording.task_id or not is_base_name(file.name):
        raise _not_a_file()
    return object_key(file.recording, file.name)


def _not_a_file() -> BucketError:
    return BucketError(
        ErrorKind.MISSING_OBJECT, "NotAFile", "The name is not that of a file in the recording's folder."
    )
