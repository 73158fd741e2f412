"""The anchor file: one signed line of JSON each, so that lines of other origin are recognised.

A line that is not ours says nothing about the chain, and is counted only. Anchors are numbered, so that one that was
taken out is missed.
"""

import errno
import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from recordings.audit_log.chain import signed

TAIL = 64 * 1024
"""Bytes at the end that are read for the newest anchors: about 300."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The chain's end was `sequence`, and the entry there had this mac. `at`: when that was written, ISO."""

    sequence: int
    mac: str
    at: str = ""
    number: int = 0
    """Its place in the file, from 1; 0 for one that was kept elsewhere, or written before they had numbers."""

    @property
    def short(self) -> str:
        """As `verify_audit --anchor` takes it."""
        return f"{self.sequence}:{self.mac}"

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def known_anchors() -> list[Anchor]:
    """Every valid anchor on file; none without a readable file."""
    try:
        return list(_ours(Path(settings.AUDIT_ANCHOR).read_bytes().splitlines()))
    except OSError:
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorsOnFile:
    """The whole file. `strangers`: invalid lines. `is_complete`: no number is missing or repeated."""

    anchors: list[Anchor]
    strangers: int
    is_complete: bool


def read_anchors() -> AnchorsOnFile:
    """The whole file. Raises FileNotFoundError if there is none, and OSError if it cannot be read."""
    path = Path(settings.AUDIT_ANCHOR)
    if not path.is_file() and path.exists():
        raise OSError(errno.EINVAL, "It is not a file")
    lines = [line for line in _whole_lines(path.read_bytes()) if line.strip()]
    anchors = list(_ours(lines))
    is_complete = all(anchor.number in {0, place} for place, anchor in enumerate(anchors, start=1))
    return AnchorsOnFile(anchors=anchors, strangers=len(lines) - len(anchors), is_complete=is_complete)


def newest_anchors(most: int) -> tuple[list[Anchor], int]:
    """The newest first, and how many of the last lines are invalid. Raises OSError when no file can be read."""
    with Path(settings.AUDIT_ANCHOR).open("rb") as file:
        lines = _tail(file.fileno())
    found = list(_ours(lines))
    return found[::-1][:most], len(lines) - len(found)


@contextmanager
def opened() -> Iterator[int]:
    """The file's descriptor, for this process alone among those of this machine; made if there is none. OSError."""
    path = Path(settings.AUDIT_ANCHOR)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_cut_line(file)
        yield file
    finally:
        os.close(file)


def last_of(file: int) -> Anchor | None:
    """The newest anchor of an open file."""
    return next(_ours(reversed(_tail(file))), None)


def append(file: int, anchor: Anchor) -> None:
    """Add one line with the next number; it is on disk on return."""
    last = last_of(file)
    known = last.number or len(read_anchors().anchors) if last else 0
    numbered = replace(anchor, number=known + 1)
    content = {"sequence": anchor.sequence, "mac": anchor.mac, "at": anchor.at, "number": numbered.number}
    os.write(file, json.dumps(content | {"proof": _proof(numbered)}).encode() + b"\n")
    os.fsync(file)


def _drop_cut_line(file: int) -> None:
    """Remove an incomplete last line: a power loss interrupted its writing. It was never an anchor."""
    size = os.fstat(file).st_size
    tail = os.pread(file, TAIL, max(0, size - TAIL))
    if cut := len(tail) - len(_through_last_end(tail)):
        os.ftruncate(file, size - cut)


def _through_last_end(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _whole_lines(content: bytes) -> list[bytes]:
    return _through_last_end(content).split(b"\n")


def _proof(anchor: Anchor) -> str:
    return signed(["anchor", anchor.sequence, anchor.mac, anchor.at, *([anchor.number] if anchor.number else [])])


def _ours(lines: Iterable[bytes]) -> Iterator[Anchor]:
    for line in lines:
        try:
            content = json.loads(line)
            anchor = Anchor(
                sequence=content["sequence"], mac=content["mac"], at=content["at"], number=content.get("number", 0)
            )
            is_ours = hmac.compare_digest(content["proof"], _proof(anchor))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if is_ours:
            yield anchor


def _tail(file: int) -> list[bytes]:
    """The last lines of an open file, without one that is cut by the beginning of what is read."""
    size = os.fstat(file).st_size
    lines = os.pread(file, TAIL, max(0, size - TAIL)).splitlines()
    return lines[1:] if size > TAIL else lines
