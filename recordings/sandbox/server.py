"""The HTTP server: one thread a connection, loopback only, HTTP/1.1 with keep-alive."""

import contextlib
import re
import socket
import threading
import time
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from recordings.sandbox import control, service
from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.errors import ApiError
from recordings.sandbox.fault_replies import play
from recordings.sandbox.parts import Parts
from recordings.sandbox.replies import FOLLOWED_PATH, Reply, refusal
from recordings.sandbox.wire import Wire

LARGEST_BODY = 10 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, leaves the thinking to `service` and `control`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "SandboxServer"
    connection: socket.socket

    def handle(self) -> None:
        """Serve the connection until one side ends it; a client that goes is no error."""
        with contextlib.suppress(OSError):
            super().handle()

    def do_POST(self) -> None:
        """The API, and the control endpoint's changes."""
        self._serve()

    def do_GET(self) -> None:
        """The control endpoint's questions."""
        self._serve()

    def do_DELETE(self) -> None:
        """The control endpoint's removals."""
        self._serve()

    def _serve(self) -> None:
        parts, wire, url = self.server.parts, Wire(self.connection, self.server.stopping), urlsplit(self.path)
        body = self._body()
        if url.path.startswith(control.ROOT):
            reply = control.answer(
                parts,
                method=self.command,
                path=url.path,
                query=url.query,
                headers=self.headers,
                body=body or b"",
            )
        elif self.command != "POST" or url.path not in ("/", FOLLOWED_PATH):
            reply = refusal(ApiError("UnsupportedProtocol", "Only POST to / is supported."), "")
        elif body is None:
            reply = refusal(ApiError("RequestSizeLimitExceeded", "The request is larger than 10 MiB."), "")
            self.close_connection = True
        else:
            reply = service.answer(parts, path=url.path, headers=self.headers, body=body)
            if parts.config.response_delay:
                time.sleep(parts.config.response_delay)
        now = formatdate(time.time() + parts.config.clock_skew, usegmt=True)
        self._send(wire, replace(reply, headers=(*reply.headers, ("Date", now))), parts.config)

    def _send(self, wire: Wire, reply: Reply, config: SandboxConfig) -> None:
        try:
            again = play(wire, reply, drip_pause=config.drip_pause, huge_bytes=config.huge_bytes)
        except OSError:
            again = False
        if not again:
            self.close_connection = True

    def _body(self) -> bytes | None:
        """The request's body, None when it is too large to read."""
        length = self.headers.get("Content-Length", "0")
        if not re.fullmatch(r"[0-9]{1,8}", length) or int(length) > LARGEST_BODY:
            return None
        return self.rfile.read(int(length))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the journal tells more."""


class SandboxServer(ThreadingHTTPServer):
    """Knows its parts, and its open connections, so that it can end them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__((parts.config.host, parts.config.port), Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept, and remember the connection."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Forget and end a connection."""
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """Let go every client, so that their threads end."""
        self.stopping.set()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        """Bind without the look-up of this machine's name, which can take seconds without a network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
