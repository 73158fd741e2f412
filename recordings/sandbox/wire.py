"""One client connection, at the level at which faults happen."""

import os
import socket
import struct
import threading
from http import HTTPStatus


class Wire:
    """The socket of a connection; `stopping` is set when the sandbox goes."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping

    def send(
        self, *, status: int, headers: list[tuple[str, str]], body: bytes, promised_length: int | None = None
    ) -> None:
        """One whole response in one piece; `promised_length` lies about the body's length. Raises OSError."""
        length = len(body) if promised_length is None else promised_length
        self._connection.sendall(head(status, [*headers, ("Content-Length", str(length))]) + body)

    def write(self, piece: bytes) -> None:
        """Bytes as they are. Raises OSError when the client is gone."""
        self._connection.sendall(piece)

    def reset(self) -> None:
        """Close with a reset (RST), not in good order."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Detached: the handler's file objects would keep the socket open, and a shutdown would send FIN.
        os.close(self._connection.detach())

    def wait_until_client_goes(self) -> None:
        """Say nothing until the client closes or the sandbox stops."""
        self._connection.settimeout(0.05)
        while not self._stopping.is_set():
            try:
                if not self._connection.recv(4096):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def pause(self, seconds: float) -> bool:
        """Wait; False when the sandbox stops meanwhile."""
        return not self._stopping.wait(seconds)


def head(status: int, headers: list[tuple[str, str]]) -> bytes:
    """The status line and headers, with the empty line after them."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "Server: sandbox"]
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
