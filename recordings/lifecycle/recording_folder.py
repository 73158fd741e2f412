"""Where the files of a recording are: its bucket, opened, and the folder in it that is its own."""

from recordings.buckets import open_bucket
from recordings.models import Recording, StorageKey
from recordings.object_storage.bucket import Bucket


def key_for(recording: Recording) -> StorageKey:
    """The storage's key of today: the one a recording was started with may have been disabled since."""
    return recording.storage.keys.filter(replaced_at=None).first() or recording.storage_key


def bucket_of(recording: Recording, key: StorageKey | None = None, *, attempts: int = 2) -> Bucket:
    """The bucket that a recording was started into. Raises BucketError when the key does not open."""
    return open_bucket(
        key or key_for(recording),
        vendor=recording.vendor,
        region=recording.region,
        bucket=recording.bucket,
        attempts=attempts,
    )


def folder_of(recording: Recording) -> str:
    """`<prefix…>/<reference>/`: below it are only the files of this one start."""
    return "/".join([*recording.file_name_prefix, ""])


def is_all_its_own(recording: Recording) -> bool:
    """Whether all files below `folder_of` belong to this start: not for a duplicate or what was started elsewhere."""
    prefix: list[str] = recording.file_name_prefix
    return prefix[-1:] == [recording.reference]


def own_folder_of(recording: Recording) -> str:
    """`<prefix…>/<reference>/<TaskId>/`: where its files lie. Raises ValueError as long as it has no TaskId."""
    if not recording.task_id:
        raise ValueError("a recording without a TaskId has no files")
    return f"{folder_of(recording)}{recording.task_id}/"


def object_key(recording: Recording, name: str) -> str:
    """The object of a recording's file. Raises ValueError for a name that could lead out of its own folder."""
    if not is_base_name(name):
        raise ValueError("not a base name")
    return own_folder_of(recording) + name


def is_base_name(name: str) -> bool:
    """Whether it names something in a folder: no path, nothing that cannot be seen, not too long."""
    return (
        bool(name)
        and len(name) <= 512
        and name.isprintable()
        and name not in {".", ".."}
        and not set(name) & set("/\\")
    )
