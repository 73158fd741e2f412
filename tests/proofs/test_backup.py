"""A backup and what it is worth: without the keys nothing, with them everything, the chain of the trail included.

The backup is made and put back with the database's own tools, as docs/operations.md says.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from recordings.models import User
from tests.factories import ACCOUNT_SECRET_KEY, STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, make_account, make_storage
from trroadmin.environment import new_key

from .figures import Figures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
SECRETS = (ACCOUNT_SECRET_KEY, STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY)
READ_ALL = """
from recordings import vault
for model in vault.sealed_models():
    for row in model.objects.all():
        for field in model.SEALED:
            print(vault.open_sealed(row, field))
"""


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[str]:
    """The address of a second database into which a backup of this one was put back."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        source, target = sqlite3.connect(name), sqlite3.connect(tmp_path / "restored.sqlite3")
        with source, target:
            source.backup(target)
        source.close()
        target.close()
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
        return
    options = connection.settings_dict
    server = ["-h", options["HOST"], "-p", str(options["PORT"] or 5432), "-U", options["USER"]]
    environment = os.environ | {"PGPASSWORD": options["PASSWORD"]}
    copy, dump = f"{name}_restored", tmp_path / "backup.dump"
    for command in (
        ["pg_dump", *server, "--format=custom", f"--file={dump}", name],
        ["createdb", *server, copy],
        ["pg_restore", *server, "--no-owner", f"--dbname={copy}", str(dump)],
    ):
        subprocess.run(command, check=True, env=environment)
    try:
        yield f"postgres://{options['USER']}@{options['HOST']}:{options['PORT'] or 5432}/{copy}"
    finally:
        subprocess.run(["dropdb", *server, copy], check=True, env=environment)


@pytest.fixture
def filled(admin: User, tmp_path: Path) -> None:
    make_account()
    make_storage()
    call_command("rotate_keys", stdout=(tmp_path / "said").open("w"))  # an entry for the trail


def manage(url: str, *arguments: str, **keys: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py on the restored database, with the keys of this installation unless others are given."""
    own = {"ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS, "AUDIT_KEY": settings.AUDIT_KEY}
    environment = os.environ | {f"TRROADMIN_{name}": value for name, value in (own | keys).items()}
    environment |= {"TRROADMIN_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "trroadmin.settings"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)


def test_with_the_keys_everything_opens_and_the_chain_verifies(filled: None, restored: str, figures: Figures) -> None:
    read = manage(restored, "shell", "--no-imports", "-c", READ_ALL)
    assert sorted(read.stdout.split()) == sorted(SECRETS), read.stderr
    verified = manage(restored, "verify_audit")
    assert verified.returncode == 0, verified.stderr
    figures.add("secrets that open in the restored copy", len(SECRETS), connection.vendor)


def test_without_the_encryption_keys_nothing_opens_and_no_server_starts(filled: None, restored: str) -> None:
    read = manage(restored, "shell", "--no-imports", "-c", READ_ALL, ENCRYPTION_KEYS=f"other:{new_key()}")
    assert read.returncode != 0
    assert not any(secret in read.stdout + read.stderr for secret in SECRETS)
    checked = manage(restored, "check", "--database", "default", ENCRYPTION_KEYS=f"other:{new_key()}")
    assert "which ENCRYPTION_KEYS lacks" in checked.stderr


def test_without_the_audit_key_the_chain_does_not_verify(filled: None, restored: str) -> None:
    assert manage(restored, "verify_audit", AUDIT_KEY=new_key()).returncode != 0


def test_the_backup_itself_holds_no_secret(filled: None, restored: str, tmp_path: Path) -> None:
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name != "said")
    assert len(written) > 10_000
    assert not any(secret.encode() in written for secret in SECRETS)
