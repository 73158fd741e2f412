"""Connections to one endpoint, kept open between calls."""

import contextlib
import os
import select
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass, field

from recordings.trro.connection import dial
from recordings.trro.deadline import Deadline
from recordings.trro.endpoint import Endpoint, Proxy

# A server closes an idle connection when it pleases, and a request written into that moment is lost without
# a word: for a start that is a false Unknown, which a user has to resolve. So idle connections are given
# up early, long before a server would, and one that has anything to read (a close is readable) is not used
# again.
MAX_IDLE_SECONDS = 3.0
MAX_IDLE_CONNECTIONS = 8


@dataclass(slots=True)
class Connection:
    """One open connection, used by one call at a time. `process` is the one that opened it."""

    sock: socket.socket
    process: int = field(default_factory=os.getpid)
    idle_since: float = 0.0

    def is_fresh(self) -> bool:
        """Whether the other side has surely neither closed nor said anything since the last response."""
        if self.process != os.getpid() or time.monotonic() - self.idle_since > MAX_IDLE_SECONDS:
            return False
        return self.is_silent()

    def is_silent(self) -> bool:
        """Whether nothing came since the last response: a close of the other side would be something to read."""
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                return self._is_silent_over_tls(self.sock)
            poll = select.poll()
            poll.register(self.sock, select.POLLIN | select.POLLPRI | select.POLLHUP | select.POLLERR)
            return not poll.poll(0)
        except (OSError, ValueError):
            return False

    @staticmethod
    def _is_silent_over_tls(sock: ssl.SSLSocket) -> bool:
        """Reading tells: what came may be session tickets, which TLS 1.3 sends after its handshake."""
        sock.settimeout(0)
        try:
            sock.recv(1)
        except ssl.SSLWantReadError:
            return True
        return False

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()


class Pool:
    """Shared by threads without a lock: a deque is atomic, and a fork leaves nothing held."""

    def __init__(self, endpoint: Endpoint, proxy: Proxy | None, tls: ssl.SSLContext | None) -> None:
        self._endpoint = endpoint
        self._proxy = proxy
        self._tls = tls
        self._idle: deque[Connection] = deque()

    def take(self, deadline: Deadline) -> Connection:
        """A connection for one call, the last used first, else a new one. Raises NeverSent."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return Connection(dial(self._endpoint, self._proxy, self._tls, deadline))
            if connection.is_fresh():
                return connection
            connection.close()

    def give_back(self, connection: Connection) -> None:
        """Keep a connection that was not used, or whose response was read to its end."""
        if len(self._idle) >= MAX_IDLE_CONNECTIONS:
            connection.close()
            return
        connection.idle_since = time.monotonic()
        self._idle.append(connection)

    def close(self) -> None:
        """Close what is idle; calls under way are not disturbed."""
        while self._idle:
            with contextlib.suppress(IndexError):
                self._idle.pop().close()
