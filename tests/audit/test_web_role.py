"""PostgreSQL: the application runs under a role that adds entries and can change none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.audit_log.verify import verify
from recordings.audit_log.web_role import rights_too_many
from recordings.models import AuditEntry, Device, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from recordings.system_checks.keys import entries_cannot_be_changed
from recordings.worker.cycle import run_cycle
from tests.factories import make_operator

from .entries import entered

pytestmark = pytest.mark.django_db(transaction=True)
ROLE, PASSWORD = f"trroadmin_test_{os.getpid()}", "of a test, on loopback"
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")


@pytest.fixture
def role() -> Iterator[str]:
    """A role that may sign in, with the rights that the command gives it; the tables are another's."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {ROLE}")
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
    call_command("web_role", ROLE, "--apply", stdout=StringIO())
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """Everything in the block runs on connections of `role`."""
    ours = connections["default"].settings_dict
    owner = {name: ours[name] for name in ("USER", "PASSWORD")}
    connection.close()
    ours |= {"USER": role, "PASSWORD": PASSWORD}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (role,)
        yield
    finally:
        connection.close()
        ours |= owner


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE recordings_auditentry SET actor = 'nobody' WHERE sequence = 1",
        "DELETE FROM recordings_auditentry WHERE sequence = 1",
        "TRUNCATE recordings_auditentry",
        "DROP TABLE recordings_auditentry",
        "ALTER TABLE recordings_auditentry DISABLE TRIGGER ALL",
        "ALTER TABLE recordings_auditentry OWNER TO current_user",
        "GRANT UPDATE ON recordings_auditentry TO current_user",
        "INSERT INTO recordings_auditentry TABLE recordings_auditentry ON CONFLICT (id) DO UPDATE SET actor = 'x'",
    ],
)
def test_the_web_role_cannot_change_an_entry_by_any_statement(role: str, statement: str) -> None:
    entry = entered()
    with connected_as(role):
        if statement.startswith("GRANT"):  # PostgreSQL warns and grants nothing
            with connection.cursor() as cursor:
                cursor.execute(statement)
            assert rights_too_many() == []
        else:
            with (
                pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
    entry.refresh_from_db()
    assert entry.actor == "ana"
    assert verify().finding is None


@on_postgresql
def test_the_application_works_under_the_web_role(
    role: str, sandbox: Sandbox, device: Device, storage: StorageCredential
) -> None:
    """Sign-in, a start through the form, and the worker's cycle."""
    make_operator(device.project, username="lin", password="correct horse battery")
    with connected_as(role):
        cache.clear()
        browser = Client()
        assert browser.post("/login/", {"login": "lin", "password": "correct horse battery"}).status_code == 302
        shown = browser.get("/recordings/new/").context["form"]
        answers: dict[str, Any] = {
            "project": device.project_id, "device": device.pk, "video_stream_id": 0, "profile": "",
            "storage": storage.pk, "output_format": 3, "max_media_file_duration": 60, "max_idle_time": 30,
            "file_name_prefix": "shift", "reference": shown["reference"].value(),
        }  # fmt: skip
        assert browser.post("/recordings/new/", answers).status_code == 303
        recording = Recording.objects.get()
        assert recording.state == Recording.State.ACCEPTED
        assert browser.post(f"/recordings/{recording.pk}/stop/").status_code == 303
        run_cycle(timezone.now())
        assert browser.post("/logout/").status_code == 302
        result = verify()
    assert result.finding is None
    assert {"session.began", "recording.start_asked", "recording.start_accepted", "recording.stop_accepted"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


@on_postgresql
def test_the_command_prints_what_it_would_run_and_quotes_the_name() -> None:
    out = StringIO()
    call_command("web_role", 'ev"il', stdout=out)
    assert 'TO "ev""il"' in out.getvalue()
    assert 'GRANT SELECT, INSERT ON "recordings_auditentry" TO "ev""il";' in out.getvalue()


@on_postgresql
def test_a_role_that_does_not_exist_is_named_and_nothing_is_granted() -> None:
    with pytest.raises(CommandError, match="does not exist"):
        call_command("web_role", "nobody_of_this_name", "--apply")


@on_postgresql
def test_the_owner_keeps_its_rights_and_is_no_web_role() -> None:
    owner = connection.settings_dict["USER"]
    with pytest.raises(CommandError, match="owns the audit trail"):
        call_command("web_role", owner, "--apply")
    assert rights_too_many() != []


@on_postgresql
def test_production_is_warned_when_the_connected_role_may_change_entries(role: str, settings: Settings) -> None:
    settings.DEVELOPMENT = False
    (found,) = entries_cannot_be_changed(None, databases=["default"])
    assert found.id == "trroadmin.W004"
    assert not found.is_serious()
    with connected_as(role):
        assert entries_cannot_be_changed(None, databases=["default"]) == []


def test_without_roles_the_command_says_so_and_nothing_is_warned_of(settings: Settings, auditor: User) -> None:
    settings.DEVELOPMENT = False
    if connection.vendor != "postgresql":
        with pytest.raises(CommandError, match="Only PostgreSQL"):
            call_command("web_role", "web")
        assert entries_cannot_be_changed(None, databases=["default"]) == []
    assert entries_cannot_be_changed(None) == []
    with transaction.atomic():
        assert auditor.pk
