"""One moment that ends everything: every wait of a call asks here how long it may still last."""

import socket
import time


class Deadline:
    """A moment on the monotonic clock, `seconds` from now."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, always above zero. Raises TimeoutError when none are."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


def send_all(sock: socket.socket, payload: bytes, deadline: Deadline) -> None:
    """Hand the whole payload to the socket, or raise OSError (TimeoutError when the deadline passes).

    `socket.sendall` is not used: over TLS it applies its timeout to each piece separately.
    """
    unsent = memoryview(payload)
    while unsent:
        sock.settimeout(deadline.remaining())
        unsent = unsent[sock.send(unsent) :]
