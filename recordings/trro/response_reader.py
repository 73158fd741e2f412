"""Reads one response: every wait bounded by the deadline, every byte counted, nothing judged yet."""

import io
import socket
import zlib
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead

from recordings.trro.deadline import Deadline
from recordings.trro.failures import AnswerLost

MAX_HEADERS = 64 * 1024
MAX_BODY = 1024 * 1024
_PIECE = 64 * 1024
# zlib's window sizes. "deflate" should have a zlib header; servers that leave it out are known.
_COMPRESSIONS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}


class Incoming(io.RawIOBase):
    """The bytes of one response, in the shape `HTTPResponse` expects of a socket.

    A read raises TimeoutError when the deadline passes, however steadily bytes drip, and AnswerLost when
    more than `allowance` bytes have come.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline
        self.allowance = MAX_HEADERS
        self.begun = False
        self.surplus = False
        self.complete = False

    def makefile(self, mode: str) -> io.BufferedReader:
        return _AnswerReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if self.complete:
            return 0
        if self.allowance <= 0:
            raise AnswerLost("AnswerLost.TooLarge", "the response is larger than any the vendor has reason to send")
        self._sock.settimeout(self._deadline.remaining())
        received = self._sock.recv_into(memoryview(buffer)[: self.allowance])
        self.allowance -= received
        self.begun = self.begun or received > 0
        return received


class _AnswerReader(io.BufferedReader):
    """Notices surplus bytes.

    `HTTPResponse` closes its file when the body is complete. What it has not consumed by then answers no
    request, and a connection that carries such bytes must not be used again.
    """

    def __init__(self, incoming: Incoming) -> None:
        super().__init__(incoming)
        self._incoming = incoming

    def close(self) -> None:
        if not self.closed:
            self._incoming.complete = True
            self._incoming.surplus = bool(self.peek(1))
        super().close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One whole response, decompressed; `reusable` says that its connection may carry another request.

    `date` is the header of that name, by the server's clock; it may hold anything.
    """

    status: int
    body: bytes
    reusable: bool
    date: str = ""


def receive(sock: socket.socket, deadline: Deadline) -> Answer:
    """Read the one response that is due on `sock`. Raises AnswerLost when the network fails."""
    incoming = Incoming(sock, deadline)
    try:
        response = HTTPResponse(incoming, method="POST")  # type: ignore[arg-type]
        response.begin()
        incoming.allowance += MAX_BODY
        if response.status == 200:
            body = _expanded(_whole_body(response), response.getheader("Content-Encoding") or "")
        else:
            body = _what_comes(response)
    except TimeoutError:
        if incoming.begun:
            raise AnswerLost("AnswerLost.DeadlinePassed", "the deadline passed while the response arrived") from None
        raise AnswerLost("AnswerLost.Timeout", "no response came before the deadline") from None
    except IncompleteRead:
        raise AnswerLost("AnswerLost.Cut", "the response ended before its announced end") from None
    except OSError as error:
        # RemoteDisconnected, a close without a response, is one of these.
        raise AnswerLost("AnswerLost.Reset", f"the connection ended ({type(error).__name__})") from None
    except HTTPException as error:
        raise AnswerLost("AnswerLost.NotHttp", f"the response is not HTTP ({type(error).__name__})") from None
    whole = response.status == 200 and incoming.complete and not incoming.surplus
    date = response.getheader("Date") or ""
    return Answer(status=response.status, body=body, reusable=whole and not response.will_close, date=date)


def _whole_body(response: HTTPResponse) -> bytes:
    body = bytearray()
    while piece := response.read(_PIECE):
        body += piece
        if len(body) > MAX_BODY:
            raise AnswerLost("AnswerLost.TooLarge", "the response's body is above 1 MiB")
    if response.length:
        raise IncompleteRead(b"", response.length)
    return bytes(body)


def _what_comes(response: HTTPResponse) -> bytes:
    """The body of a response that is worth nothing in itself: only a RequestId is looked for in it."""
    try:
        return _whole_body(response)
    except (OSError, HTTPException, AnswerLost, ValueError):
        return b""


def _expanded(body: bytes, encoding: str) -> bytes:
    encoding = encoding.strip().lower()
    if not body or encoding in ("", "identity"):
        return body
    if encoding not in _COMPRESSIONS:
        raise AnswerLost("AnswerLost.BadEncoding", "the response is compressed in a way that was not requested")
    for window in _COMPRESSIONS[encoding]:
        expander = zlib.decompressobj(window)
        try:
            expanded = expander.decompress(body, MAX_BODY + 1)
        except zlib.error:
            continue
        if len(expanded) > MAX_BODY:
            raise AnswerLost("AnswerLost.TooLarge", "the response's body is above 1 MiB when decompressed")
        if not expander.eof:
            raise AnswerLost("AnswerLost.Cut", "the compressed response ended before its end")
        return expanded
    raise AnswerLost("AnswerLost.BadEncoding", "the response's compression is broken")
