"""gunicorn's worker of threads, made patient: it gives a request to a thread only once all of it is here.

In gunicorn's own, a thread waits for its client: as many slow connections as there are threads, and nothing answers
any more, /healthz included. Here the main loop collects what slow clients send, and closes clients that take too long.
Leans on gunicorn's inside: tests/proofs/test_odd_connections.py fails when an upgrade changes it.
"""

import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from socket import socket
from typing import Any

from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn, ThreadWorker

from trroadmin.whole_requests import Progress, Received

REQUEST_SECONDS = 20.0
"""For all of one request, from its first byte, or from the moment at which the connection was opened."""
SEND_SECONDS = 30.0
"""For one piece of an answer: a client that reads nothing does not hold a thread for ever."""
ENDING_SECONDS = 2.0
"""For a request that has begun when the worker gets SIGTERM."""
CLOSING_SECONDS = 0.5
"""For the client to close its end, so that the end of an answer is not lost."""
MAX_COLLECTED = 64 * 1024 * 1024
"""Bytes of unfinished requests that one worker holds. Beyond it, the sending client is closed."""
PIECE = 64 * 1024


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Collects requests before threads see them. With certificates of its own it does as gunicorn does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._collected = 0

    def enqueue_req(self, conn: TConn) -> None:
        """Where gunicorn would give a connection to a thread: of which something may have come, or nothing."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        ahead = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.sock.setblocking(False)
        conn.received = Received()
        conn.timeout = time.monotonic() + REQUEST_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
        if ahead:
            self._take(conn, ahead)

    def on_pending_socket_readable(self, conn: TConn, client: socket) -> None:
        try:
            data = client.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._take(conn, data)

    def murder_pending(self) -> None:
        """Close clients that take too long; while this worker ends, also idle ones."""
        patience = 0.0 if self.alive else REQUEST_SECONDS - ENDING_SECONDS
        while self.pending_conns and self.pending_conns[0].timeout - time.monotonic() <= patience:
            self._forget(self.pending_conns[0])

    def handle(self, conn: TConn) -> Any:
        """In a thread. Waiting for the client to close its end is done here: gunicorn does it in the main loop."""
        result = super().handle(conn)
        if not result and not self.cfg.is_ssl:
            close_graceful(conn.sock, timeout=CLOSING_SECONDS)
        return result

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        if self.cfg.is_ssl or (not fs.cancelled() and fs.exception() is None and fs.result()):
            super().finish_request(conn, fs)
            return
        self.nr_conns -= 1
        conn.close()

    def handle_request(self, req: Any, conn: TConn) -> Any:
        conn.sock.settimeout(SEND_SECONDS)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """A request of which more would come is answered and closed."""
        return not getattr(conn, "is_cut", False) and bool(super()._keepalive_after(conn, keepalive))

    def _take(self, conn: TConn, data: bytes) -> None:
        """Add what came to the connection's request; give it to a thread, or close it, when it is time for that."""
        progress = conn.received.add(data) if data else Progress.PARTIAL
        self._collected += len(data)
        if not data or (progress is Progress.PARTIAL and self._collected > MAX_COLLECTED):
            self._forget(conn)
            return
        if progress is Progress.PARTIAL:
            if conn.received.expects_continue():
                with suppress(OSError):
                    conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        self._leave(conn)
        conn.is_cut = progress is Progress.TOO_MUCH
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(bytes(conn.received.data))
        conn.parser.unreader.chunk = nothing_more
        conn.received = Received()
        super().enqueue_req(conn)

    def _forget(self, conn: TConn) -> None:
        self._leave(conn)
        self.nr_conns -= 1
        conn.close()

    def _leave(self, conn: TConn) -> None:
        self._collected -= len(conn.received.data)
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)


def nothing_more(size_hint: int | None = None) -> bytes:
    """In place of reading from the socket: no thread ever waits for a client that sends."""
    return b""
