"""Connections as no browser makes them, at the real web server: each gets its answer, and the log stays small."""

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from recordings.log_lines import MAX_BYTES

from .servers import web_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
HOST = b"Host: 127.0.0.1\r\n"
CLOSE = HOST + b"Connection: close\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + b"x" * 1000 + b"\r\n--x--\r\n"


def post(path: bytes, headers: bytes, body: bytes = b"") -> bytes:
    return b"POST " + path + b"?q=canary HTTP/1.1\r\n" + CLOSE + headers + body


ODD: dict[str, tuple[bytes, bytes]] = {
    "utf-16": (post(b"/login/", FORM + b"; charset=utf-16\r\nContent-Length: 3\r\n\r\n", b"abc"), b"415"),
    "199 MB": (post(b"/login/", FORM + b"\r\nContent-Length: 199000000\r\n\r\n", b"x" * 1000), b"413"),
    "199 MB of a callback": (post(b"/callbacks/x/", b"Content-Length: 199000000\r\n\r\n", b"x" * 1000), b"413"),
    "a chunked form": (post(b"/login/", CHUNKED, b"3\r\nabc\r\n0\r\n\r\n"), b"411"),
    "a chunk of a senseless size": (post(b"/login/", CHUNKED, b"zz\r\nabc\r\n0\r\n\r\n"), b"411"),
    "the same of a callback": (post(b"/callbacks/x/", CHUNKED, b"zz\r\nabc\r\n0\r\n\r\n"), b"400"),
    "a chunk without end": (post(b"/callbacks/x/", CHUNKED, b"ffffffff\r\nabc"), b"400"),
    "chunks of a callback": (post(b"/callbacks/x/", CHUNKED, b"2\r\n{}\r\n0\r\n\r\n"), b"401"),
    "too many fields": (post(b"/login/", FORM + b"\r\nContent-Length: 6000\r\n\r\n", b"a=&" * 2000), b"400"),
    "JSON": (post(b"/login/", b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n", b"{}"), b"415"),
    "a file": (
        post(
            b"/login/", b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n" % len(FILE), FILE
        ),
        b"403",
    ),
    "no boundary": (
        post(b"/login/", b"Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\n", b"abc"),
        b"400",
    ),
    "a senseless length": (post(b"/login/", FORM + b"\r\nContent-Length: 5, 7\r\n\r\n", b"abcde"), b"400"),
    "a senseless host": (b'GET /recordings/ HTTP/1.1\r\nHost: e"><x\r\nConnection: close\r\n\r\n', b"400"),
    "a proxy's header of a client": (b"GET /healthz HTTP/1.1\r\nSCRIPT_NAME: /x\r\n" + CLOSE + b"\r\n", b"200"),
    "headers without end": (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 8000, b""),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
    "waits for a word": (post(b"/callbacks/x/", b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"), b"100"),
    "two in one": (GET + b"GET /healthz HTTP/1.1\r\n" + CLOSE + b"\r\n", b"200"),
    "lines before it": (b"\r\n\r\nGET /healthz HTTP/1.1\r\n" + CLOSE + b"\r\n", b""),
}


def answer(port: int, request: bytes) -> bytes:
    """All that comes back, until the server closes or says nothing for a while."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client, suppress(OSError):
        client.sendall(request)
        while piece := client.recv(65536):
            found += piece
            if found.startswith(b"HTTP/1.1 100"):
                break
    return found


def test_each_odd_connection_gets_its_answer_and_the_log_stays_small(own_var: Path) -> None:
    with web_server(var_dir=own_var, workers=1, threads=4) as server:
        for name, (request, status) in ODD.items():
            found = answer(server.port, request)
            assert found[9:12] == status or not status, f"{name}: {found[:300]!r}"
            assert found[9:10] != b"5", name
            assert b"canary" not in found or status == b"403", name
        assert answer(server.port, ODD["two in one"][0]).count(b"HTTP/1.1 200") == 2
        assert max(len(line.encode()) for line in server.log.splitlines()) <= MAX_BYTES
        assert len(server.log.encode()) < 100_000
        assert "canary" not in server.log


def test_a_connection_serves_one_request_after_another(own_var: Path) -> None:
    with (
        web_server(var_dir=own_var, workers=1, threads=4) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as client,
    ):
        for _ in range(5):
            client.sendall(GET)
            assert client.recv(12) == b"HTTP/1.1 200"
            found = b""
            while not found.endswith(b"ok\n"):
                piece = client.recv(65536)
                assert piece, "closed"
                found += piece
