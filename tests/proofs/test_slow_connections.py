"""Hundreds of clients at one byte a second: the server goes on, bare and behind the proxy that the docs describe."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .figures import Figures
from .servers import ROOT, web_server
from .sizes import size
from .slow_clients import seconds_of, slow_clients
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
CLIENTS = size(small=80, full=200)
SECONDS = size(small=4.0, full=45.0)
LONGEST_WAIT = 5.0


def waits(port: int) -> dict[str, list[float]]:
    """How long a normal client waits for each page, again and again."""
    found: dict[str, list[float]] = {"/healthz": [], "/login/": []}
    until_then = time.monotonic() + SECONDS
    while time.monotonic() < until_then:
        for path, seconds in found.items():
            seconds.append(seconds_of(port, path))
        time.sleep(0.1)
    return found


def check(port: int, figures: Figures) -> None:
    seconds_of(port, "/login/")
    with slow_clients(port, CLIENTS) as reopened:
        time.sleep(1)
        for path, seconds in waits(port).items():
            note = f"with {CLIENTS} slow clients, {len(seconds)} times"
            figures.add(f"longest wait for {path}, s", max(seconds), note)
            assert max(seconds) < LONGEST_WAIT, path
    figures.add("slow connections closed by the server", reopened[0])


def test_slow_clients_hold_up_no_one_else_at_bare_gunicorn(own_var: Path, figures: Figures) -> None:
    with web_server(var_dir=own_var, workers=1, threads=8) as server:
        check(server.port, figures)
        assert "Traceback" not in server.log


def test_slow_clients_hold_up_no_one_else_behind_the_documented_proxy(own_var: Path, figures: Figures) -> None:
    with web_server(var_dir=own_var, workers=1, threads=8) as server, nginx(own_var, server.port) as port:
        check(port, figures)


def test_a_client_that_does_not_close_holds_up_no_one_else(own_var: Path) -> None:
    """gunicorn waits up to two seconds for each such client, in the loop that serves all the others."""
    with web_server(var_dir=own_var, workers=1, threads=8) as server:
        seconds_of(server.port, "/healthz")
        open_ones = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
        for each in open_ones:
            each.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert each.recv(12) == b"HTTP/1.1 200"
        assert seconds_of(server.port, "/healthz") < 1
        for each in open_ones:
            each.close()


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """nginx as docs/operations.md says, without TLS, on a free port."""
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        pytest.skip("no nginx here")
    documented = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    assert documented
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = re.sub(r" *ssl_certificate\S* .*\n", "", documented[1])
    server = server.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace(
        "127.0.0.1:8000", f"127.0.0.1:{upstream}"
    )
    # One machine plays every client: it may have as many connections as all of them together
    server = server.replace("limit_conn connections 100", "limit_conn connections 1000").replace("$host", "127.0.0.1")
    temporary = "".join(
        f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{ access_log off; {temporary}\n{server}\n}}\n"
    )
    with subprocess.Popen([program, "-c", configuration, "-p", folder], stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: _listens(port), what="nginx")
            yield port
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
