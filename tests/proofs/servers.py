"""The web server as it really runs, gunicorn, on the test's database, with its own var/ and its own logs."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from .waits import until

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 1.5
ENDING_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running web server; its log is what it wrote to standard error."""

    port: int
    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL to master and workers, which are a process group of their own."""
        _signal_group(self.process, signal.SIGKILL)
        self.process.wait()


def environment(var_dir: Path, **changes: str) -> dict[str, str]:
    """What a process of the product needs to meet this test: its database and keys, with a var/ of its own.

    `changes` are TRROADMIN_ variables.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TRROADMIN_")}
    return {
        **ours,
        "DJANGO_SETTINGS_MODULE": "trroadmin.settings",
        "TRROADMIN_MODE": "development",
        "TRROADMIN_SECRET_KEY": settings.SECRET_KEY,
        "TRROADMIN_ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS,
        "TRROADMIN_AUDIT_KEY": settings.AUDIT_KEY,
        "TRROADMIN_DATABASE_URL": database_url(),
        "TRROADMIN_VAR_DIR": str(var_dir),
        "TRROADMIN_CALL_DEADLINE": str(DEADLINE_SECONDS),
    } | {f"TRROADMIN_{name}": value for name, value in changes.items()}


def database_url(password: str = "") -> str:
    """The test's database, as DATABASE_URL says it."""
    parameters = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parameters['NAME']}"
    user = quote(parameters["USER"]) + (f":{quote(password, safe='')}" if password else "")
    return f"postgres://{user}@{parameters['HOST']}:{parameters['PORT'] or 5432}/{parameters['NAME']}"


@contextmanager
def web_server(
    *,
    var_dir: Path,
    application: str = "trroadmin.wsgi",
    environ: Mapping[str, str] | None = None,
    workers: int = 1,
    threads: int = 8,
) -> Iterator[Server]:
    """gunicorn on a free port, ready to answer, and ended with the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        arguments = (
            "-m", "gunicorn", f"{application}:application", "--bind", f"fd://{listener.fileno()}",
            "--workers", str(workers), "--threads", str(threads), "--log-level", "warning", "--graceful-timeout", "2",
        )  # fmt: skip
        log_path = var_dir / "web.log"
        process = _begin(arguments, environ or environment(var_dir), log_path, listener.fileno())
    server = Server(port=port, process=process, log_path=log_path)
    try:
        until(lambda: _answers(server), what="the web server's first answer")
        yield server
    finally:
        end(process)


@contextmanager
def running_command(*arguments: str, var_dir: Path, environ: Mapping[str, str] | None = None) -> Iterator[Path]:
    """`manage.py` with these arguments, ended with the block; the path of its log."""
    process = begin_command(*arguments, var_dir=var_dir, environ=environ)
    try:
        yield var_dir / f"{arguments[0]}.log"
    finally:
        end(process)


def begin_command(
    *arguments: str, var_dir: Path, environ: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """`manage.py` with these arguments, to be ended with `end`; its log is in `var_dir`."""
    log_path = var_dir / f"{arguments[0]}.log"
    return _begin(("manage.py", *arguments), environ or environment(var_dir), log_path)


def run_command(*arguments: str, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[bytes]":
    """`manage.py` with these arguments, to its end; its output, errors and logs are in `stdout`."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60
    )


def _begin(
    arguments: Sequence[str], environ: Mapping[str, str], log_path: Path, *descriptors: int
) -> "subprocess.Popen[bytes]":
    with log_path.open("ab") as log:
        command = [sys.executable, *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=dict(environ), stdout=log, stderr=log, pass_fds=descriptors, start_new_session=True
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL to its whole group when it takes too long."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDING_SECONDS)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.log
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as probe:
            probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return b" 200 " in probe.recv(100)
    except OSError:
        return False


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
