"""Where exports lie on the disk: whole ones under their key, unfinished ones in folders of their own beside them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from recordings.models import Export

UNFINISHED = "unfinished-"
FILE_NAMES = {
    Export.Subject.HISTORY: "recordings",
    Export.Subject.TRAIL: "audit-trail",
    Export.Subject.BATCH: "batch",
}


def folder() -> Path:
    """EXPORTS_DIR, which only this process's account can read."""
    place = Path(settings.EXPORTS_DIR)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_mode & 0o077:
        place.chmod(0o700)
    return place


def file_of(export: Export) -> Path:
    """The whole file. It is there when the export is ready."""
    return Path(settings.EXPORTS_DIR) / f"{export.pk}.{export.format}"


def manifest_of(export: Export) -> Path:
    return Path(settings.EXPORTS_DIR) / f"{export.pk}.manifest.json"


def name_of(export: Export) -> str:
    """What the file is called where it is downloaded to."""
    at = timezone.localtime(export.requested_at, timezone.get_default_timezone())
    subject = FILE_NAMES[Export.Subject(export.subject)]
    return f"{subject}-{at:%Y%m%d-%H%M%S}-{str(export.pk)[:8]}.{export.format}"


@contextmanager
def aside(key: UUID) -> Iterator[Path]:
    """A folder for one try, gone afterwards; what a try that was killed left behind goes first."""
    clear(key)
    place = Path(tempfile.mkdtemp(prefix=_prefix(key), dir=folder()))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def clear(key: UUID) -> None:
    """Remove the files of unfinished attempts."""
    for left in folder().glob(f"{_prefix(key)}*"):
        shutil.rmtree(left, ignore_errors=True)


def _prefix(key: UUID) -> str:
    return f"{UNFINISHED}{key}-"


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only this program's account may read; on the disk, not only in its cache, at the end."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        yield file
        if not file.closed:
            file.flush()
            os.fsync(file.fileno())


def remove(export: Export) -> None:
    """Delete the file and its manifest, if they are there."""
    for path in (file_of(export), manifest_of(export)):
        path.unlink(missing_ok=True)
