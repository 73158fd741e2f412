"""Removes old files of exports from this machine, whichever machine made them or deleted their rows.

Each worker and each web process does this for the disk it has: without a shared EXPORTS_DIR, each disk is another.
"""

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from recordings.exports.paths import UNFINISHED, folder
from recordings.exports.services import KEPT
from recordings.models import Export

log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=10)
ABANDONED = timedelta(days=1)
"""A try that was killed leaves a folder; none takes this long."""
AT_ONCE = 500
OURS = re.compile(rf"(?:{UNFINISHED})?([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})[-.]")


def sweep_files(now: datetime) -> int:
    """Delete what is no ready export of the last week, or one being made; the number of files and folders."""
    found: dict[Path, UUID] = {}
    for path in sorted(folder().iterdir()):
        if match := OURS.match(path.name):
            found[path] = UUID(match[1])
    removed = 0
    paths = list(found)
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start : start + AT_ONCE]
        rows = Export.objects.in_bulk([found[path] for path in some])
        removed += sum(_remove(path) for path in some if _is_over(path, found[path], rows, now))
    if removed:
        log.info("old_exports_removed", files=removed)
    return removed


def _is_over(path: Path, key: UUID, rows: Mapping[UUID, Export], now: datetime) -> bool:
    export = rows.get(key)
    if path.name.startswith(UNFINISHED):
        return _age(path, now) > ABANDONED
    if export is None:  # of a database that was replaced by an older copy
        return _age(path, now) > KEPT
    if export.state == Export.State.READY:
        return export.finished_at is not None and export.finished_at <= now - KEPT
    return export.state in {Export.State.DELETED, Export.State.FAILED} and _age(path, now) > ABANDONED


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta(0)


def _remove(path: Path) -> bool:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        log.warning("old_export_not_removed", file=path.name, why=type(error).__name__)
        return False
    return True
