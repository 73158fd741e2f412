"""What the sandbox really did: the truth that tests hold the product's history against.

Whatever starts, stops, ends, writes or posts adds an entry before a reply or callback leaves. Entries never hold a key.
"""

import json
import os
import threading
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from recordings.sandbox.clock import Clock


class EntryKind(StrEnum):
    """What an entry says."""

    CALLED = "called"  # a request came in, whatever became of it
    REFUSED = "refused"  # it was answered with an error body, whose code is in `code`
    FAULT = "fault"  # it met this fault
    REDIRECT_FOLLOWED = "redirect_followed"  # a client went where a redirect pointed
    STARTED = "started"  # a task began, and with it the bill
    STOPPED = "stopped"  # DeleteCloudRecording took effect
    ENDED = "ended"  # a task is over, for the reason in `leave_code`
    WROTE = "wrote"  # an object, `key`, is in the bucket
    UPLOAD_FAILED = "upload_failed"  # the storage did not take it
    POSTED = "posted"  # a callback was taken with status 200
    POST_FAILED = "post_failed"  # one try at a callback failed; `status` is 0 when no answer came
    POST_GIVEN_UP = "post_given_up"  # a callback became a minute old
    DEVICE = "device"  # a device's state was changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal; fields that do not apply are empty or None.

    `number` counts within one run, `time` is in seconds since 1970.
    """

    kind: EntryKind
    number: int = 0
    time: float = 0.0
    action: str = ""
    request_id: str = ""
    project: str = ""
    device: str = ""
    stream: int | None = None
    task_id: str = ""
    fault: str = ""
    prefix: tuple[str, ...] = ()
    code: str = ""
    key: str = ""
    size: int | None = None
    event_type: int | None = None
    leave_code: int | None = None
    status: int | None = None
    attempt: int | None = None

    @property
    def reference(self) -> str:
        """The last part of the prefix, by which the product knows its own start; empty when there is none."""
        return self.prefix[-1] if self.prefix else ""

    def as_json(self) -> dict[str, object]:
        """The fields that say something."""
        return {name: value for name, value in asdict(self).items() if value is not None and value not in ("", ())}


class Journal:
    """The entries in order, in memory and, when there is a path, as JSON lines flushed one by one."""

    def __init__(self, clock: Clock, path: Path | None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._next = 1
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8")
            if not _ends_in_newline(path):
                self._file.write("\n")  # a run killed while writing must not spoil our first line

    def add(self, entry: Entry) -> None:
        """Number, date and keep the entry."""
        with self._lock:
            entry = replace(entry, number=self._next, time=self._clock.now())
            self._next += 1
            self._entries.append(entry)
            if self._file is not None:
                self._file.write(json.dumps(entry.as_json(), ensure_ascii=False) + "\n")
                self._file.flush()

    def entries(self, *, kind: EntryKind | None = None, after: int = 0) -> list[Entry]:
        """Those of a kind, or all, numbered above `after`, in order."""
        with self._lock:
            return [e for e in self._entries if e.number > after and (kind is None or e.kind is kind)]

    def forget(self) -> None:
        """Empty the memory; the file keeps what it has, and numbers continue."""
        with self._lock:
            self._entries.clear()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def _ends_in_newline(path: Path) -> bool:
    """Whether a line can be appended; true of an empty file."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
