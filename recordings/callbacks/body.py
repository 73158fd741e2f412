"""The body of a callback, read as bytes and never further than a limit, whatever its headers promise."""

from typing import Any

from django.http import HttpRequest

MAX_BYTES = 1024 * 1024


class TooLarge(Exception):
    """The body is longer than MAX_BYTES, or says that it is."""


class Broken(Exception):
    """The body ended before it was whole, or is not valid HTTP."""


def read_body(request: HttpRequest) -> bytes:
    """The raw body, of a callback that Django has not read yet. Raises TooLarge, Broken."""
    announced = request.headers.get("content-length") or ""
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > MAX_BYTES:
        raise TooLarge
    chunked = not announced and request.META.get("wsgi.input_terminated")
    stream: Any = request.META["wsgi.input"] if chunked else request
    body = bytearray()
    try:
        while len(body) <= MAX_BYTES and (piece := stream.read(MAX_BYTES + 1 - len(body))):
            body += piece
    except Exception as error:  # each web server has exceptions of its own for an invalid chunk
        raise Broken from error
    if len(body) > MAX_BYTES:
        raise TooLarge
    return bytes(body)
