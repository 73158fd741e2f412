"""Watching and downloading: who does so is kept; the address lives for minutes and is stored nowhere."""

from django.db import transaction
from django.utils import timezone

from recordings.audit.usecases import enter
from recordings.bucket_errors import BucketError, Kind
from recordings.files.buckets import bucket_of, is_base_name, object_key
from recordings.files.playlists import LONGEST, rewritten
from recordings.files.showing import CONTENT_TYPES, ending_of, may_be_looked_at
from recordings.models import Recording, RecordingFile, User
from recordings.people.permissions import demand
from recordings.worker import queue

ADDRESS_SECONDS = 10 * 60
"""How long an address is good. Who watches for longer gets another one (static/js/player.js)."""


def look_now(*, actor: User, recording: Recording) -> bool:
    """Let a worker look into the recording's bucket at once; False when nothing of it can lie there.

    Safe to repeat. Raises PermissionDenied.
    """
    demand(actor, "recording.decide", recording.project)
    if not may_be_looked_at(recording):
        return False
    with transaction.atomic():
        Recording.objects.filter(pk=recording.pk).update(look_at=timezone.now())
        queue.wake("look", recording.pk)
    return True


def download(*, actor: User, file: RecordingFile) -> str:
    """An address that downloads the file. Raises PermissionDenied and BucketError, such as when it is not there."""
    return _address(actor, file, action="file.downloaded", download_as=file.name)


def watch(*, actor: User, file: RecordingFile) -> str:
    """An address for the browser's own player. Raises PermissionDenied and BucketError."""
    return _address(actor, file, action="file.watched", download_as="")


def playlist(*, actor: User, file: RecordingFile) -> str:
    """The file's playlist with an address for each segment. Not entered: `watch` was, before the player asked.

    Raises PermissionDenied, BucketError, and CannotPlay for a playlist that is not to be trusted.
    """
    demand(actor, "file.watch", file.recording.project)
    bucket = bucket_of(file.recording)
    content = bucket.read(_key(file), most=LONGEST)
    return rewritten(
        content,
        lambda name: bucket.address(
            object_key(file.recording, name),
            seconds=ADDRESS_SECONDS,
            content_type=CONTENT_TYPES.get(ending_of(name), ""),
        ),
    )


def _address(actor: User, file: RecordingFile, *, action: str, download_as: str) -> str:
    recording = file.recording
    demand(actor, "file.watch", recording.project)
    bucket, key = bucket_of(recording), _key(file)
    bucket.size_of(key)  # a vendor's error page is no answer to a click
    with transaction.atomic():
        enter(
            actor=actor,
            action=action,
            target=recording,
            project_id=recording.project.project_id,
            after={"file": file.name, "task_id": recording.task_id},
        )
    kind = CONTENT_TYPES.get(ending_of(file.name), "application/octet-stream")
    return bucket.address(key, seconds=ADDRESS_SECONDS, content_type=kind, download_as=download_as)


def _key(file: RecordingFile) -> str:
    if not file.recording.task_id or not is_base_name(file.name):
        raise BucketError(Kind.MISSING_OBJECT, "NotAFile", "The name is not that of a file in the recording's folder.")
    return object_key(file.recording, file.name)
