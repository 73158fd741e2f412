"""pgbouncer in transaction mode: found and refused, or announced and everything works."""

import os
import pwd
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry
from recordings.pooling import shares_connections
from recordings.system_checks.keys import refuse_to_start_unless_sound
from tests.audit.entries import entered
from tests.proofs.waits import until

PGBOUNCER = shutil.which("pgbouncer")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has poolers"),
]
REQUESTS, THREADS = 600, 12


@pytest.fixture
def pgbouncer(tmp_path: Path) -> Iterator[int]:
    """The port of a pgbouncer in transaction mode in front of the test's server."""
    if PGBOUNCER is None:
        pytest.skip("pgbouncer is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = connection.settings_dict
    server = f"host={options['HOST']} port={options['PORT'] or 5432} user={options['USER']}"
    server += f" password={options['PASSWORD']}" if options["PASSWORD"] else ""
    (tmp_path / "users.txt").write_text(f'"{options["USER"]}" "{options["PASSWORD"]}"\n')
    (tmp_path / "pgbouncer.ini").write_text(
        f"[databases]\n* = {server}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"auth_type = any\nauth_file = {tmp_path}/users.txt\npool_mode = transaction\ndefault_pool_size = 4\n"
        f"unix_socket_dir =\nlogfile = {tmp_path}/log\nignore_startup_parameters = extra_float_digits\n"
    )
    command = [PGBOUNCER, str(tmp_path / "pgbouncer.ini")]
    account = None
    if os.geteuid() == 0:  # it refuses to run as root
        account = pwd.getpwnam("nobody")
        for folder in (tmp_path, *tmp_path.parents[:3]):  # under xdist there is one more
            if folder.name.startswith(("test_", "popen-", "pytest-")):
                folder.chmod(0o755)
        shutil.chown(tmp_path, "nobody")
    process = subprocess.Popen(command, user=account.pw_uid if account else None, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), what="pgbouncer's first answer")
        yield port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def pooled(pgbouncer: int) -> Iterator[int]:
    """This test's connections go through pgbouncer."""
    options = connection.settings_dict
    host, port = options["HOST"], options["PORT"]
    connection.close()
    options["HOST"], options["PORT"] = "127.0.0.1", str(pgbouncer)
    yield pgbouncer
    connection.close()
    options["HOST"], options["PORT"] = host, port
    options["DISABLE_SERVER_SIDE_CURSORS"] = False


def failures() -> int:
    """How many of 600 reads in several threads, as an export or a rotation reads, fail."""
    failed: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(REQUESTS // THREADS):
                try:
                    assert len(list(AuditEntry.objects.order_by("pk").iterator(chunk_size=10))) == 40
                except Exception as error:
                    failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(failed)


def test_postgresql_itself_is_no_pooler() -> None:
    assert not shares_connections()


def test_queries_are_not_compiled_and_a_pooler_takes_the_connection(pgbouncer: int) -> None:
    pooled = connection.copy()
    pooled.settings_dict = connection.settings_dict | {"HOST": "127.0.0.1", "PORT": str(pgbouncer)}
    for each in (connection, pooled):
        with each.cursor() as cursor:
            cursor.execute("SHOW jit")
            assert cursor.fetchone() == ("off",)
    pooled.close()


def test_a_pooler_in_transaction_mode_that_is_not_announced_stops_the_server(pooled: int, settings: Settings) -> None:
    assert shares_connections()
    with pytest.raises(ImproperlyConfigured, match="TRROADMIN_DATABASE_POOLING=transaction"):
        refuse_to_start_unless_sound()
    settings.DATABASE_POOLING = "TRANSACTION"
    assert "trroadmin.E019" not in {message.id for message in run_checks(databases=["default"])}


def test_what_is_announced_works_in_600_of_600_reads(pooled: int) -> None:
    for _ in range(40):
        entered()
    before = failures()
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True  # as DATABASE_POOLING=transaction sets it
    after = failures()
    print(f"failed of {REQUESTS}: {before} before, {after} with DATABASE_POOLING=transaction")
    assert after == 0
    assert before > 0
