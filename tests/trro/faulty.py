"""A raw server on loopback that does to each connection what a script says."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator


class Visit:
    """One connection to the server, as its script sees it."""

    def __init__(self, sock: socket.socket, server: "FaultyServer") -> None:
        self.sock = sock
        self.server = server

    def read_request(self) -> bytes:
        """One whole request, or nothing when the client has gone."""
        received = b""
        while b"\r\n\r\n" not in received:
            if not (piece := self.sock.recv(65536)):
                return b""
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += self.sock.recv(65536)
        request = head + b"\r\n\r\n" + body
        self.server.requests.append(request)
        return request

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.sock.sendall(piece)

    def reset(self) -> None:
        """Close with a reset instead of an orderly end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def drip(self, answer: bytes) -> None:
        """One byte each 20 ms until the client has had enough."""
        for place in range(len(answer)):
            self.send(answer[place : place + 1])
            if self.server.closing.wait(0.02):
                return

    def wait_until_client_goes(self) -> None:
        while self.sock.recv(65536):
            pass


Script = Callable[[Visit], None]


class FaultyServer:
    """Counts what it was asked. With a TLS context it speaks TLS, and a failed handshake is no visit."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.closing = threading.Event()
        self._script = script
        self._tls = tls
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.closing.set()
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, run: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self.closing.is_set():
                sock, _ = self._listener.accept()
                self.connections += 1
                self._open.append(sock)
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            with sock:
                self._script(Visit(sock, self))


@contextlib.contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[FaultyServer]:
    """A server for the block."""
    server = FaultyServer(script, tls)
    try:
        yield server
    finally:
        server.close()
