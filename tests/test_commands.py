"""The commands that start things: `run`, `worker` and `sample`, as processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry, Device, Membership, Project, User
from recordings.sandbox import fleet
from recordings.sandbox.storage import Bucket, S3Storage

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(*command: str, var: Path) -> Iterator[subprocess.Popen[str]]:
    """`manage.py <command>` on a database of its own; ended by its pid when the test is over."""
    environment = os.environ | {"TRROADMIN_MODE": "development", "TRROADMIN_VAR_DIR": str(var)}
    for name in (
        "DATABASE_URL",
        "SECRET_KEY",
        "ENCRYPTION_KEYS",
        "AUDIT_KEY",
        "PUBLIC_URL",
        "SANDBOX_ENDPOINT",
        "QUEUE_URL",
    ):
        environment.pop(f"TRROADMIN_{name}", None)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=20)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(f"it ended without saying {words!r}:\n{read}")


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_run_brings_up_everything_says_where_and_ctrl_c_stops_all_of_it(tmp_path: Path) -> None:
    port, sandbox_port, bucket_port = free_port(), free_port(), free_port()
    command = ("run", "--port", f"{port}", "--sandbox-port", f"{sandbox_port}", "--bucket-port", f"{bucket_port}")
    passwords = []
    for _first_then_again in range(2):
        with running(*command, var=tmp_path) as process:
            said = read_until(process, "Ctrl-C stops everything")
            passwords.append(re.findall(r"^ +(operator|admin|auditor) +(\S+)", said, re.MULTILINE))
            assert f"http://127.0.0.1:{port}" in said
            with urlopen(f"http://127.0.0.1:{port}/login/") as page:
                assert page.status == 200
            assert is_open(sandbox_port)
            assert is_open(bucket_port)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        assert not is_open(port)
        assert not is_open(sandbox_port)
        assert not is_open(bucket_port)
    assert len(passwords[0]) == 3
    assert passwords[0] == passwords[1]
    assert (tmp_path / "keys.env").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "sign-ins.txt").stat().st_mode & 0o777 == 0o600


def test_bucket_holds_the_sample_fleets_recordings_until_sigterm(tmp_path: Path) -> None:
    port = free_port()
    with running("bucket", "--port", str(port), var=tmp_path) as process:
        assert f"http://127.0.0.1:{port}" in read_until(process, "Bucket")
        storage = S3Storage(f"http://127.0.0.1:{port}")
        sample = fleet.STORAGE
        keys = {"access_key": sample.access_key, "secret_key": sample.secret_key}
        storage.put(Bucket(vendor=0, region=sample.region, name=sample.bucket, **keys), "a", b"b", "text/plain")
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert not is_open(port)


def test_run_says_which_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running("run", "--port", str(port), "--sandbox-port", str(free_port()), var=tmp_path) as process:
            output, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert f"Port {port} is in use" in output
    assert "Traceback" not in output


def test_the_worker_ends_on_sigterm_without_an_error(tmp_path: Path) -> None:
    with running("migrate", var=tmp_path) as process:
        process.communicate(timeout=60)
    with running("worker", "--every", "0.1", var=tmp_path) as process:
        read_until(process, "worker_started")
        time.sleep(0.3)
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "step_failed" not in output
    assert "worker_ended" in output


@pytest.mark.django_db
def test_sample_fills_an_empty_database_once(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.SANDBOX_ENDPOINT = tmp_path, "http://127.0.0.1:8099"
    for _twice in range(2):
        call_command("sample")
    assert Project.objects.count() == 2
    assert Device.objects.filter(type=Device.Type.FIELD).count() == 40
    assert Device.objects.filter(type=Device.Type.REMOTE).exists()
    assert set(Membership.objects.values_list("role", flat=True)) == {"operator", "credential_admin", "auditor"}
    assert User.objects.count() == 3


def test_sample_is_for_development_only(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("sample")


@pytest.mark.django_db
def test_grant_gives_a_role_once_ends_sessions_and_enters_it(no_role_user: User, project: Project) -> None:
    for _twice in range(2):
        call_command("grant", no_role_user.username, "operator", "--project", project.project_id)
    membership = Membership.objects.get()
    assert (membership.user, membership.role, membership.project) == (no_role_user, "operator", project)
    no_role_user.refresh_from_db()
    assert no_role_user.session_version == 1
    assert AuditEntry.objects.get().action == "membership.granted"


@pytest.mark.django_db
def test_grant_refuses_a_credential_admin_of_one_project(no_role_user: User, project: Project) -> None:
    with pytest.raises(CommandError, match="in all projects"):
        call_command("grant", no_role_user.username, "credential_admin", "--project", project.project_id)
    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_the_database_holds_no_credential_admin_of_one_project(no_role_user: User, project: Project) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=no_role_user, role="credential_admin", project=project)


@pytest.mark.django_db
def test_grant_names_what_it_does_not_know(no_role_user: User) -> None:
    with pytest.raises(CommandError):
        call_command("grant", "somebody", "operator")
    with pytest.raises(CommandError):
        call_command("grant", no_role_user.username, "operator", "--project", "none")


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_run_makes_only_its_owner_reads(usual_umask: None, settings: Settings) -> None:
    settings.DEVELOPMENT = True
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CommandError, match="in use"):
        call_command("run", port=taken.getsockname()[1])
    assert os.umask(0) == 0o077


@pytest.mark.django_db
def test_what_a_worker_makes_only_its_owner_reads(usual_umask: None, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = "none"
    with pytest.raises(ImproperlyConfigured):
        call_command("worker")
    assert os.umask(0) == 0o077
