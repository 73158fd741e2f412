"""What is known of a request from the bytes that have come so far: whether all of it is here, or too much."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto

MAX_HEADER_BYTES = 32 * 1024
MAX_BODY_BYTES = 1024 * 1024 + 4096
"""The largest callback, as it may come in chunks. The program itself refuses what is longer for the page it is for."""
LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
EXPECTS = re.compile(rb"^expect[ \t]*:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r\n")


class Progress(Enum):
    """`WHOLE`: a thread can work on it without waiting for its client. `TOO_MUCH`: refuse it, reading no further."""

    PARTIAL = auto()
    WHOLE = auto()
    TOO_MUCH = auto()


@dataclass(slots=True)
class Received:
    """The bytes of one request, and how far they were looked at."""

    data: bytearray = field(default_factory=bytearray)
    _body_at: int = 0
    _ends_at: int | None = None
    _next_chunk: int | None = None
    _waits: bool = False

    def expects_continue(self) -> bool:
        """Whether the client waits for a word before it sends the body. True once."""
        waits, self._waits = self._waits, False
        return waits

    def add(self, data: bytes) -> Progress:
        """What is known with these bytes added."""
        self.data += data
        if not self._body_at:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                return Progress.TOO_MUCH if len(self.data) > MAX_HEADER_BYTES else Progress.PARTIAL
            self._read_headers(end)
        if self._next_chunk is not None:
            return self._look_at_chunks()
        assert self._ends_at is not None  # noqa: S101
        if self._ends_at - self._body_at > MAX_BODY_BYTES:
            return Progress.TOO_MUCH
        return Progress.WHOLE if len(self.data) >= self._ends_at else Progress.PARTIAL

    def _read_headers(self, end: int) -> None:
        headers = bytes(self.data[:end])
        self._body_at = end + 4
        self._waits = EXPECTS.search(headers) is not None
        if CHUNKED.search(headers):
            self._next_chunk = self._body_at
            return
        length = LENGTH.search(headers)
        self._ends_at = self._body_at + (int(length[1]) if length else 0)

    def _look_at_chunks(self) -> Progress:
        """A size that makes no sense counts as the end: the web server's own parser refuses it at once."""
        assert self._next_chunk is not None  # noqa: S101
        while True:
            if self._next_chunk - self._body_at > MAX_BODY_BYTES:
                return Progress.TOO_MUCH
            if len(self.data) <= self._next_chunk:
                return Progress.PARTIAL
            found = CHUNK.match(self.data, self._next_chunk)
            if found is None:
                is_cut = len(self.data) - self._next_chunk < 300 and b"\n" not in self.data[self._next_chunk :]
                return Progress.PARTIAL if is_cut else Progress.WHOLE
            if (size := int(found[1], 16)) == 0:
                ended = self.data.find(b"\r\n\r\n", found.end() - 2)
                if ended < 0 and len(self.data) - found.end() > MAX_HEADER_BYTES:
                    return Progress.TOO_MUCH
                return Progress.PARTIAL if ended < 0 else Progress.WHOLE
            self._next_chunk = found.end() + size + 2
