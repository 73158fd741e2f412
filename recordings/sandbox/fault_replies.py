"""How a reply goes over the wire: as it should, or as its fault says."""

import zlib
from collections.abc import Iterator

from recordings.sandbox.config import MIB
from recordings.sandbox.faults import Fault
from recordings.sandbox.replies import Reply
from recordings.sandbox.wire import Wire, head

GZIP = 16 + zlib.MAX_WBITS


def play(wire: Wire, reply: Reply, *, drip_pause: float, huge_bytes: int) -> bool:
    """Send the reply; False when the connection must not be used again. Raises OSError when the client went.

    `drip_pause` is in seconds for each byte, `huge_bytes` the size of a body that is too large.
    """
    headers = list(reply.headers)
    if reply.content_type:
        headers.append(("Content-Type", reply.content_type))
    match reply.fault:
        case Fault.RESET_BEFORE | Fault.RESET_AFTER:
            wire.reset()
        case Fault.HANG_BEFORE | Fault.HANG:
            wire.wait_until_client_goes()
        case Fault.CUT:
            wire.send(status=200, headers=headers, body=reply.body, promised_length=len(reply.body) + 100)
        case Fault.DRIP:
            wire.write(head(200, [*headers, ("Content-Length", str(len(reply.body)))]))
            for place in range(len(reply.body)):
                if not wire.pause(drip_pause):
                    break
                wire.write(reply.body[place : place + 1])
        case Fault.HUGE_BODY:
            wire.write(head(200, [*headers, ("Content-Length", str(huge_bytes))]))
            for piece in _padded(reply.body, huge_bytes):
                wire.write(piece)
        case Fault.GZIP_BOMB:
            packed = _packed(_padded(reply.body, huge_bytes))
            wire.send(status=200, headers=[*headers, ("Content-Encoding", "gzip")], body=packed)
        case _:
            wire.send(status=reply.status, headers=headers, body=reply.body)
            return True
    return False


def _padded(body: bytes, size: int) -> Iterator[bytes]:
    """The JSON body with blanks before its last brace, `size` bytes in all, in pieces of at most 1 MiB."""
    yield body[:-1]
    left = size - len(body)
    blanks = b" " * MIB
    while left > 0:
        yield blanks[:left]
        left -= MIB
    yield body[-1:]


def _packed(pieces: Iterator[bytes]) -> bytes:
    packer = zlib.compressobj(level=6, wbits=GZIP)
    return b"".join([*(packer.compress(piece) for piece in pieces), packer.flush()])
