"""The file of anchors: one line of JSON each, signed with AUDIT_KEY, so that lines of others are recognised.

A line that is not ours says nothing about the chain, and is counted only.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from recordings.audit.chain import signed

TAIL = 64 * 1024
"""Bytes at the end that are read for the newest anchors: about 300."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The chain had come as far as `sequence`, and the entry there had this mac. `at`: when that was written, ISO."""

    sequence: int
    mac: str
    at: str = ""

    @property
    def short(self) -> str:
        """As `verify_audit --anchor` takes it."""
        return f"{self.sequence}:{self.mac}"

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def known_anchors() -> list[Anchor]:
    """Every anchor on file that is ours. No file, or none that can be read: none."""
    try:
        return list(_ours(Path(settings.AUDIT_ANCHOR).read_bytes().splitlines()))
    except OSError:
        return []


def newest_anchors(most: int) -> tuple[list[Anchor], int]:
    """The newest first, and how many of the last lines are not ours. Raises OSError when no file can be read."""
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
        yield file
    finally:
        os.close(file)


def last_of(file: int) -> Anchor | None:
    """The newest anchor of an open file."""
    return next(_ours(reversed(_tail(file))), None)


def append(file: int, anchor: Anchor) -> None:
    """Add one line, on the disk when this returns. What a line before it lacks at its end stays with that line."""
    size = os.fstat(file).st_size
    is_cut = size > 0 and os.pread(file, 1, size - 1) != b"\n"
    content = {"sequence": anchor.sequence, "mac": anchor.mac, "at": anchor.at, "proof": _proof(anchor)}
    os.write(file, b"\n" * is_cut + json.dumps(content).encode() + b"\n")
    os.fsync(file)


def _proof(anchor: Anchor) -> str:
    return signed(["anchor", anchor.sequence, anchor.mac, anchor.at])


def _ours(lines: Iterable[bytes]) -> Iterator[Anchor]:
    for line in lines:
        try:
            content = json.loads(line)
            anchor = Anchor(sequence=content["sequence"], mac=content["mac"], at=content["at"])
            is_ours = hmac.compare_digest(content["proof"], _proof(anchor))
        except (ValueError, KeyError, TypeError):
            continue
        if is_ours:
            yield anchor


def _tail(file: int) -> list[bytes]:
    """The last lines of an open file, without one that is cut by the beginning of what is read."""
    size = os.fstat(file).st_size
    lines = os.pread(file, TAIL, max(0, size - TAIL)).splitlines()
    return lines[1:] if size > TAIL else lines
