"""Restoring SQLite as docs/operations.md says, after a server that was killed; the way that it warns of is found."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from .deployment import PRODUCTION, ROOT

WRITE_ON = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA wal_autocheckpoint=0")
number = 0
while True:
    number += 1
    database.execute("INSERT INTO filler (text) VALUES (?)", ["new" * 500])
    if number == 30:
        print("written", flush=True)
        sys.stdin.read()
"""


def check(database: Path) -> "subprocess.CompletedProcess[str]":
    others = {name: value for name, value in os.environ.items() if not name.startswith(("TRROADMIN_", "DJANGO_"))}
    variables = {"TRROADMIN_VAR_DIR": str(database.parent), "TRROADMIN_DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    return subprocess.run(
        command, cwd=ROOT, env=others | PRODUCTION | variables, capture_output=True, text=True, check=False
    )


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, Path]:
    """A database whose writer was killed, with what it left in -wal; and a backup from before."""
    database, backup = tmp_path / "trroadmin.sqlite3", tmp_path / "backup.sqlite3"
    with sqlite3.connect(database) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE filler (id INTEGER PRIMARY KEY, text TEXT)")
        opened.executemany("INSERT INTO filler (text) VALUES (?)", [("old" * 300,)] * 400)
        opened.execute("CREATE INDEX by_text ON filler (text)")
    opened.execute("VACUUM INTO ?", [str(backup)])
    opened.execute("DELETE FROM filler WHERE id < 350")
    opened.commit()
    opened.execute("VACUUM")
    opened.close()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE_ON, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert Path(f"{database}-wal").stat().st_size > 0
    return database, backup


def rows(database: Path) -> int:
    opened = sqlite3.connect(database)
    try:
        return int(opened.execute("SELECT count(*) FROM filler").fetchone()[0])
    finally:
        opened.close()


def test_the_documented_restore_gives_back_exactly_the_backup(killed: tuple[Path, Path]) -> None:
    database, backup = killed
    for name in ("", "-wal", "-shm"):
        Path(f"{database}{name}").unlink(missing_ok=True)
    shutil.copyfile(backup, database)
    assert rows(database) == 400
    assert "E018" not in check(database).stderr


def test_the_shells_own_restore_works_beside_what_a_killed_server_left(killed: tuple[Path, Path]) -> None:
    database, backup = killed
    source, target = sqlite3.connect(backup), sqlite3.connect(database)
    source.backup(target)  # what .restore of the sqlite3 shell does
    source.close()
    target.close()
    assert rows(database) == 400
    assert "E018" not in check(database).stderr


def test_a_copy_beside_an_old_wal_is_damaged_and_the_check_says_so(killed: tuple[Path, Path]) -> None:
    database, backup = killed
    shutil.copyfile(backup, database)
    ended = check(database)
    assert ended.returncode == 1
    assert "E018" in ended.stderr
    assert "docs/operations.md" in ended.stderr
    assert "Traceback" not in ended.stderr
