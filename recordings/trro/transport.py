"""One exchange with the vendor, in the place of the SDK's own HTTP layer.

The standard library's `http.client` parses the responses. `requests`, which the SDK uses, bounds single reads
instead of the whole call, reads proxies and `.netrc` from the environment, follows redirects with the body
in hand, and cannot tell whether a request had left when it failed.
"""

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from recordings.trro.deadline import Deadline, send_all
from recordings.trro.endpoint import Endpoint
from recordings.trro.failures import AnswerLost, NeverSent
from recordings.trro.pool import Connection, Pool
from recordings.trro.response_reader import receive

_REDIRECTS = (301, 302, 303, 307, 308)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_OUR_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "trro-admin"}


class SignedRequest(Protocol):
    """What the SDK hands over: its `RequestInternal`."""

    host: str
    method: str
    uri: str
    header: dict[str, str]
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the SDK gets back. Without headers its own search for errors, which misses most, does nothing."""

    content: bytes
    status_code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def at_once() -> None:
    """A call that need not wait for its moment."""


class Exchange:
    """The way out for one call: its deadline, and the mark that says whether bytes of it have left."""

    def __init__(
        self, endpoint: Endpoint, pool: Pool, deadline: Deadline, before_send: Callable[[], None] = at_once
    ) -> None:
        self._endpoint = endpoint
        self._pool = pool
        self._deadline = deadline
        self._before_send = before_send
        self.sent = False
        self.request: SignedRequest | None = None
        self.server_date = ""
        """The Date header of the response, by the vendor's clock; it may hold anything."""

    def send_request(self, request: SignedRequest) -> Reply:
        """Send a signed request, give the unjudged body of its 200 response.

        Raises NeverSent, AnswerLost, and what `before_send` raises.
        """
        self.request = request
        payload = self._serialised(request)
        connection = self._connection_at_the_moment()
        try:
            self._last_look_at_the_clock()
            self.sent = True
            _send(connection.sock, payload, self._deadline)
            response = receive(connection.sock, self._deadline)
            self.server_date = response.date
        except BaseException:
            connection.close()
            raise
        if response.reusable:
            self._pool.give_back(connection)
        else:
            connection.close()
        if response.status in _REDIRECTS:
            raise AnswerLost("AnswerLost.Redirected", f"HTTP {response.status}, not followed", body=response.body)
        if response.status != 200:
            raise AnswerLost(f"AnswerLost.Status{response.status}", f"HTTP {response.status}", body=response.body)
        return Reply(content=response.body)

    def _connection_at_the_moment(self) -> Connection:
        """An open connection, when the call may leave. Raises NeverSent, and what `before_send` raises."""
        while True:
            connection = self._pool.take(self._deadline)
            try:
                self._before_send()
            except BaseException:
                self._pool.give_back(connection)
                raise
            if connection.is_silent():  # still: it was taken before the wait
                return connection
            connection.close()

    def _serialised(self, request: SignedRequest) -> bytes:
        if request.host != self._endpoint.authority:
            raise NeverSent("ClientError.HostNotAllowed", "the request is for another host than the account's")
        if request.method != "POST":
            raise NeverSent("ClientError.NotSent", "only POST is used: in a URL, parameters would reach logs")
        body = request.data.encode()
        headers = {**request.header, **_OUR_HEADERS, "Content-Length": str(len(body))}
        for name, value in headers.items():
            # An account's region or id with a line break in it would smuggle in headers of its own.
            if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
                raise NeverSent("ClientError.NotSent", f"the header {name!a} cannot be sent as it is")
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {request.uri} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body

    def _last_look_at_the_clock(self) -> None:
        try:
            self._deadline.remaining()
        except TimeoutError:
            message = "the deadline passed before the request could be sent"
            raise NeverSent("NetworkError.ConnectTimeout", message, repeatable=True) from None


def _send(sock: socket.socket, payload: bytes, deadline: Deadline) -> None:
    try:
        send_all(sock, payload, deadline)
    except TimeoutError:
        raise AnswerLost("AnswerLost.Timeout", "the request was not taken before the deadline") from None
    except OSError as error:
        message = f"the connection ended while the request was sent ({type(error).__name__})"
        raise AnswerLost("AnswerLost.Reset", message) from None
