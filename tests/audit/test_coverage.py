"""Every request has an end in the trail, and every entry of a request has its address."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.lifecycle.device_status import refresh_devices
from recordings.models import ApiCall, AuditEntry, Project, User
from recordings.sandbox import SandboxConfig, running_sandbox
from recordings.sandbox.fleet import Fleet, SampleDevice
from recordings.worker.cycle import give_up_lost_calls
from tests.conftest import sample_project
from tests.factories import ACCOUNT_SECRET_KEY, make_device, signed_in

pytestmark = pytest.mark.django_db
APP = Path(__file__).parents[2] / "recordings"


def test_nothing_in_the_application_changes_or_removes_an_entry() -> None:
    changing = re.compile(r"AuditEntry\b[^\n]*\.(update|delete|bulk_update|update_or_create)\(|entry\.(save|delete)\(")
    found = {path.relative_to(APP).as_posix() for path in APP.rglob("*.py") if changing.search(path.read_text())}
    assert found == {"audit_log/head.py"}, "only the writer, which inserts"
    assert "entry.save(force_insert=True)" in (APP / "audit_log/head.py").read_text()


def test_a_session_that_ran_out_is_entered_with_the_address(operator: User, settings: Settings) -> None:
    client = signed_in(operator)
    settings.SESSION_COOKIE_AGE = -1
    client.get("/recordings/", REMOTE_ADDR="10.2.3.4")
    entry = AuditEntry.objects.get(action="session.expired")
    assert (entry.actor, entry.address) == ("operator", "10.2.3.4")


def test_a_failed_sign_in_is_entered_with_the_address_and_without_what_was_typed() -> None:
    Client().post("/login/", {"login": "a password typed here", "password": "x"}, REMOTE_ADDR="10.2.3.4")
    entry = AuditEntry.objects.get(action="session.refused")
    assert (entry.actor, entry.address) == ("", "10.2.3.4")
    assert "typed here" not in str(entry.__dict__)


def test_a_call_about_no_recording_whose_process_was_lost_has_an_end_in_the_trail(project: Project) -> None:
    now = timezone.now()
    call = ApiCall.objects.create(
        account=project.account, action="ModifyCallbackUrl", created_at=now, lease_until=now - timedelta(seconds=1)
    )
    assert give_up_lost_calls(now) == 1
    give_up_lost_calls(now)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.target, entry.target_id) == (
        "call.concluded", "system", "ModifyCallbackUrl", str(call.pk)
    )  # fmt: skip
    assert entry.after["outcome"] == "unknown"


@pytest.mark.django_db(transaction=True)
def test_a_name_that_the_vendor_gives_a_device_is_entered(project: Project) -> None:
    device = make_device(project, device_id="truck_008", name="")
    named = SampleDevice(
        project_id=project.project_id, device_id="truck_008", name="Lorry 8", device_type="field", status="ready"
    )
    fleet = Fleet(projects=(sample_project(project),), devices=(named,))
    config = SandboxConfig(accounts={project.account.secret_id: ACCOUNT_SECRET_KEY}, fleet=fleet)
    with running_sandbox(config) as sandbox:
        project.account.endpoint = sandbox.url
        project.account.save()
        refresh_devices(project.pk, now=timezone.now())
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.target_id) == ("device.named", "system", str(device.pk))
    assert (entry.project_id, entry.after) == (project.project_id, {"name": "Lorry 8"})
