"""Opens a TCP connection to a host name, within a deadline."""

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from typing import Any

from recordings.trro.deadline import Deadline

Resolved = tuple[socket.AddressFamily, tuple[Any, ...]]


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A TCP connection to the first address of `host` that takes one. Raises OSError."""
    addresses = _resolve(host, port, deadline)
    failure: OSError = socket.gaierror(socket.EAI_NONAME, "the name has no address")
    for tried, (family, address) in enumerate(addresses):
        # A share of the time each: an address that swallows packets must not starve one that would answer.
        share = deadline.remaining() / (len(addresses) - tried)
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
            with closed_on_failure(sock):
                sock.settimeout(share)
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            failure = error
        else:
            return sock
    raise failure


@contextlib.contextmanager
def closed_on_failure(sock: socket.socket) -> Iterator[None]:
    """Closes the socket when the block raises, whatever it raises."""
    try:
        yield
    except BaseException:
        sock.close()
        raise


def _resolve(host: str, port: int, deadline: Deadline) -> list[Resolved]:
    """The addresses of `host`. Raises OSError.

    `getaddrinfo` takes no timeout, so it runs in a thread that is left behind when the deadline passes; the
    system's own resolver timeout ends that thread.
    """
    found: queue.SimpleQueue[list[Resolved] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([(family, address) for family, _, _, _, address in answers])
        except UnicodeError:
            found.put(socket.gaierror(socket.EAI_NONAME, "the name cannot be a host's"))
        except OSError as error:
            found.put(error)

    threading.Thread(target=look_up, daemon=True, name="trro-resolve").start()
    try:
        answer = found.get(timeout=deadline.remaining())
    except queue.Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "no response from the resolver before the deadline") from None
    if isinstance(answer, OSError):
        raise answer
    return answer
