"""What a benchmark needs: a database of its own, a sandbox in a process of its own, and the sample fleet.

Import nothing of Django before `prepared`: it sets the environment that settings are read from.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def prepared(
    *, response_delay: float, settings: str = "trroadmin.settings", calls_per_second: int = 0
) -> Iterator[Path]:
    """Django set up on an empty database with the sample fleet, whose account calls a sandbox. Gives its var/.

    `response_delay` is in seconds, before every answer of the sandbox, whose quota is `calls_per_second`; 0 is none. It
    writes its journal to `journal.jsonl` in var/. With TRROADMIN_DATABASE_URL of a PostgreSQL
    server, a database is made there and dropped at the end; else it is an SQLite file.
    """
    with ExitStack() as stack:
        var_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trroadmin-bench-")))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": settings,
            "TRROADMIN_MODE": "development",
            "TRROADMIN_VAR_DIR": str(var_dir),
            "TRROADMIN_LOG_LEVEL": "WARNING",
            "TRROADMIN_SANDBOX_ENDPOINT": stack.enter_context(
                _sandbox(response_delay, calls_per_second, var_dir / "journal.jsonl")
            ),
        }
        if "TRROADMIN_DATABASE_URL" in os.environ:
            stack.enter_context(_database_of_its_own(os.environ["TRROADMIN_DATABASE_URL"]))
        _fill()
        stack.callback(_close_connections)
        yield var_dir


@contextmanager
def _sandbox(response_delay: float, calls_per_second: int, journal: Path) -> Iterator[str]:
    """A sandbox without limits or troubles; its address."""
    command = [
        sys.executable, "-m", "recordings.sandbox", "--port", "0", "--delay", str(response_delay),
        "--calls-per-second", str(calls_per_second), "--live-limit", "1000000", "--no-troubles",
        "--journal", str(journal),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield next(word.rstrip(",") for word in process.stdout.readline().split() if word.startswith("http"))
        finally:
            process.terminate()


@contextmanager
def _database_of_its_own(server_url: str) -> Iterator[None]:
    import psycopg
    from psycopg import sql

    name = f"trroadmin_bench_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        os.environ["TRROADMIN_DATABASE_URL"] = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        try:
            yield
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from recordings.models import CloudAccount

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("sample")
    CloudAccount.objects.update(calls_per_second=100_000)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def server_seconds() -> float:
    """Processor seconds of the connection's process at the database server; 0 where there is none, as on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9
