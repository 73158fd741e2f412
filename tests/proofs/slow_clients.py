"""Clients that send one byte a second, and a normal one beside them."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle

HEADERS = b"GET /recordings/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"x" * 2000 + b"\r\n\r\n"
BODY = (
    b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 2000\r\n\r\n"
)
CHUNKS = b"POST /callbacks/x/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
SLOW_AFTER = {HEADERS: 0, BODY: len(BODY), CHUNKS: len(CHUNKS)}
"""What is sent at once: an attacker is slow where it hurts most."""


@contextmanager
def slow_clients(port: int, number: int) -> Iterator[list[int]]:
    """So many connections at one byte a second, opened again when they are closed. Counts how often that was."""
    ended, reopened = threading.Event(), [0]
    kinds = cycle(SLOW_AFTER)
    clients = [_Slow(port, next(kinds)) for _ in range(number)]

    def drip() -> None:
        while not ended.is_set():
            began = time.monotonic()
            for client in clients:
                reopened[0] += not client.send_one_byte()
            ended.wait(max(0.05, 1 - (time.monotonic() - began)))

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield reopened
    finally:
        ended.set()
        thread.join()
        for client in clients:
            client.close()


class _Slow:
    def __init__(self, port: int, text: bytes) -> None:
        self._port, self._text = port, text
        self._open()

    def _open(self) -> None:
        self._socket = socket.socket()
        self._socket.settimeout(0.2)
        self._place = SLOW_AFTER[self._text]
        with suppress(OSError):
            self._socket.connect(("127.0.0.1", self._port))
            self._socket.sendall(self._text[: self._place])

    def send_one_byte(self) -> bool:
        """Whether the connection was still open; else there is a new one."""
        more = self._text[self._place : self._place + 1] or b"1"
        try:
            self._socket.setblocking(False)
            with suppress(BlockingIOError):
                if not self._socket.recv(1000):
                    raise ConnectionResetError
            self._socket.send(more)
            self._place += 1
        except OSError:
            self.close()
            self._open()
            return False
        return True

    def close(self) -> None:
        self._socket.close()


def seconds_of(port: int, path: str, *, timeout: float = 30.0) -> float:
    """How long a normal client waits for this page, which must be 200."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        response.read()
        assert response.status == 200, response.status
    finally:
        connection.close()
    return time.monotonic() - began
