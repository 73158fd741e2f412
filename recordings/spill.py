"""The spill file: where an answer of the vendor goes when the database cannot take it.

A file of fixed size in this machine's var/, allocated before it is needed, so that a full disk does not stop it.
It holds no secrets: outcomes carry none. When it is full or fails too, the answer becomes one ERROR line.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import structlog
from django.conf import settings

from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown

log = structlog.get_logger(__name__)
SLOT_BYTES = 4096
SLOTS = 512
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Accepted, Refused, Unknown)}


def path() -> Path:
    return Path(settings.VAR_DIR) / "answers.spill"


def prepare() -> None:
    """Allocate the file, or what it lacks of its size. Raises OSError when the disk cannot hold it.

    Its content stays, so two processes may do this at once, and it can be done again when it failed.
    """
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(file).st_size < SLOTS * SLOT_BYTES:
            os.posix_fallocate(file, 0, SLOTS * SLOT_BYTES)
            os.fsync(file)
    finally:
        os.close(file)


def keep(*, call_id: int, opened_at: datetime, outcome: Outcome) -> None:
    """Write one answer down, to the spill file or at least to the log. Never raises.

    `opened_at` is when the call's row was made: the same number can be another call's once the database was
    restored from a copy, and a TaskId must never be given to a stranger.
    """
    record = {"call": call_id, "opened_at": opened_at.isoformat(), "kind": type(outcome).__name__}
    record |= {field.name: getattr(outcome, field.name) for field in fields(outcome) if field.name != "response"}
    try:
        line = json.dumps(record, ensure_ascii=True).encode()
        if len(line) > SLOT_BYTES:
            line = json.dumps(record | {"message": ""}, ensure_ascii=True).encode()
        with _locked() as file:
            for offset in range(0, SLOTS * SLOT_BYTES, SLOT_BYTES):
                file.seek(offset)
                if file.read(1) == b"\0":
                    file.seek(offset)
                    file.write(line.ljust(SLOT_BYTES, b"\0"))
                    file.flush()
                    os.fsync(file.fileno())
                    log.warning("answer_spilled", call=call_id)
                    return
        raise OSError("the spill file is full")
    except Exception as error:
        log.error("answer_not_stored", **record, why=str(error))


def has_any() -> bool:
    """Whether anything was spilled here. False also for a file that cannot be read: `restore` says so."""
    try:
        return bool(path().read_bytes().strip(b"\0"))
    except OSError:
        return False


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other process of this machine takes in spills at this moment; if none does, none may for the block."""
    with path().with_suffix(".turn").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def restore(store: Callable[[int, datetime, Outcome], None]) -> int:
    """Give every spilled answer, with its call's number and `opened_at`, to `store`; the number it took.

    What was taken is forgotten. An answer whose storing raises stays where it is, for the next time; the last such
    exception is raised when all the others were tried. Storing must be repeatable: the process that keeps a
    response does not wait for it, so two processes may restore the same one.
    """
    if not has_any():
        return 0
    with _locked() as file:
        filled = list(_filled(file))
    taken = 0
    failure: Exception | None = None
    for offset, text in filled:
        try:
            record = json.loads(text)
            opened_at = datetime.fromisoformat(record.pop("opened_at"))
            store(record.pop("call"), opened_at, _outcome(record))
        except Exception as error:
            failure = error
            continue
        _forget(offset, text)
        taken += 1
    if failure:
        raise failure
    return taken


def _forget(offset: int, text: bytes) -> None:
    """Empty a slot, unless it holds something else by now."""
    with _locked() as file:
        file.seek(offset)
        if file.read(SLOT_BYTES).rstrip(b"\0") == text:
            file.seek(offset)
            file.write(bytes(SLOT_BYTES))
            file.flush()
            os.fsync(file.fileno())


def _outcome(record: dict[str, Any]) -> Outcome:
    kind = _KINDS[record.pop("kind")]
    outcome: Outcome = kind(**record, response={}) if kind is Accepted else kind(**record)
    return outcome


def _filled(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for offset in range(0, SLOTS * SLOT_BYTES, SLOT_BYTES):
        file.seek(offset)
        if text := file.read(SLOT_BYTES).rstrip(b"\0"):
            yield offset, text


@contextmanager
def _locked() -> Iterator[BinaryIO]:
    prepare()
    with path().open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
