"""Asking for an export of what a list is filtered by: what is said before, and what comes of it."""

import pytest
from django.test import Client

from recordings.exports.services import MAX_UNFINISHED
from recordings.models import AuditEntry, Device, Export, Membership, Project, StorageCredential, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods
from tests.audit.entries import entered
from tests.factories import make_auditor, make_device, make_operator, make_storage, signed_in

from .conftest import make_recording
from .readers import read

pytestmark = pytest.mark.django_db
HISTORY, TRAIL = "/recordings/export/", "/audit/export/"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def test_access(operator: User, admin: User, auditor: User, no_role_user: User) -> None:
    for url in (HISTORY, TRAIL):
        assert_asks_to_sign_in(url)
        assert_forbidden(url, no_role_user)
        assert_methods(url, auditor, "post")
    assert_forbidden(TRAIL, operator, admin)
    for person in (operator, admin, auditor):
        assert signed_in(person).get(HISTORY).status_code == 200


def test_the_form_says_what_and_how_much(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    for state in ("ended", "ended", "failed"):
        make_recording(operator, device, storage, state=state)
    response = browser.get(HISTORY, {"state": "ended", "after": "cursor", "other": "x"})
    page = response.content.decode()
    assert "2 rows" in page
    assert response.context["words"] == [("State", "Ended")]
    assert 'action="/recordings/export/?state=ended"' in page
    assert "No filter: everything you can see." in browser.get(HISTORY).content.decode()


@pytest.mark.parametrize("format", Export.Format.values)
def test_a_little_is_made_at_once_and_holds_exactly_what_is_filtered(
    browser: Client, operator: User, device: Device, storage: StorageCredential, format: str
) -> None:
    kept = [make_recording(operator, device, storage, state="ended", task_id=f"-{number}") for number in range(3)]
    make_recording(operator, device, storage, state="failed")
    response = browser.post(f"{HISTORY}?state=ended", {"format": format})
    export = Export.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, export.get_absolute_url())
    assert (export.state, export.rows, export.query, export.due_at) == ("ready", 3, "state=ended", None)
    assert [row["task_id"] for row in read(export)] == [row.task_id for row in reversed(kept)]
    asked, made = AuditEntry.objects.order_by("sequence")[:2]
    assert (asked.actor, asked.action, asked.target_id) == ("operator", "history.exported", str(export.pk))
    assert asked.after == {"format": format, "filter": "state=ended"}
    assert (made.action, made.after["rows"], made.after["sha256"]) == ("export.made", 3, export.sha256)


def test_the_trail_is_entered_as_what_it_is(auditor: User) -> None:
    signed_in(auditor).post(f"{TRAIL}?action=session.", {"format": "jsonl"})
    assert AuditEntry.objects.filter(action="trail.exported", actor="auditor").count() == 1
    assert {row["action"].split(".")[0] for row in read(Export.objects.get())} <= {"session"}


@pytest.mark.parametrize("query", ["state=gone", "since=yesterday", "project=999999", "q=%00", "until=2026-02-30"])
def test_a_filter_that_cannot_be_used_exports_nothing(browser: Client, query: str) -> None:
    for response in (browser.get(f"{HISTORY}?{query}"), browser.post(f"{HISTORY}?{query}", {"format": "csv"})):
        assert response.status_code == 422
        assert "nothing is exported" in response.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize("posted", [{}, {"format": "exe"}, {"format": ""}])
def test_a_format_that_is_not_offered_is_422(browser: Client, posted: dict[str, str]) -> None:
    assert browser.post(HISTORY, posted).status_code == 422
    assert not Export.objects.exists()


def test_a_person_of_one_project_exports_only_that(
    device: Device, storage: StorageCredential, operator: User, foreign_project: Project
) -> None:
    make_recording(operator, device, storage, task_id="-mine")
    stranger = make_operator(foreign_project)
    make_recording(stranger, make_device(foreign_project), make_storage(foreign_project), task_id="-theirs")
    browser = signed_in(stranger)
    assert browser.get(HISTORY).context["rows"] == 1
    browser.post(HISTORY, {"format": "jsonl"})
    assert [row["task_id"] for row in read(Export.objects.get())] == ["-theirs"]
    for query in (f"project={device.project_id}", f"device={device.pk}"):
        assert browser.post(f"{HISTORY}?{query}", {"format": "csv"}).status_code == 422


def test_an_auditor_of_one_project_who_sees_all_of_the_trail_exports_only_that_projects(
    admin: User, project: Project
) -> None:
    Membership.objects.create(user=admin, role="auditor", project=project)
    entered(project_id=project.project_id, target="ours")
    entered(project_id="other", target="theirs")
    entered(target="nobodys")
    browser = signed_in(admin)
    browser.post(TRAIL, {"format": "jsonl"})
    assert [row["target"] for row in read(Export.objects.get())] == ["ours"]


def test_repeated_requests_cannot_fill_the_disk(operator: User) -> None:
    for _number in range(MAX_UNFINISHED):
        Export.objects.create(subject="history", format="csv", language="en", requested_by=operator)
    response = signed_in(operator).post(HISTORY, {"format": "csv"})
    assert response.status_code == 422
    assert "Too many exports requested" in response.content.decode()
    assert signed_in(make_auditor()).post(HISTORY, {"format": "csv"}).status_code == 303


def test_the_lists_lead_here_with_their_filters(
    browser: Client, operator: User, auditor: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    assert 'href="/recordings/export/?state=ended"' in browser.get("/recordings/?state=ended").content.decode()
    entered(actor="operator")
    page = signed_in(auditor).get("/audit/?actor=operator").content.decode()
    assert 'href="/audit/export/?actor=operator"' in page
