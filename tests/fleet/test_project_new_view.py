"""Adding a project."""

from typing import Any

import pytest
from django.contrib.messages import get_messages

from recordings.models import AuditEntry, CloudAccount, Project, User
from tests.factories import make_account, make_project, signed_in
from tests.forms import FRAGMENT, errors_of, hostile_answers

pytestmark = pytest.mark.django_db
URL = "/fleet/projects/new/"


@pytest.fixture
def account() -> CloudAccount:
    return make_account(name="Mining")


@pytest.fixture
def answers(account: CloudAccount) -> dict[str, Any]:
    return {"account": account.pk, "project_id": "m82k5408n123phvb", "name": "North pit", "description": "Trucks"}


def test_it_is_stored_with_an_entry_and_its_page_follows(admin: User, answers: dict[str, Any]) -> None:
    response = signed_in(admin).post(URL, answers)
    project = Project.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, project.get_absolute_url())
    assert (project.name, project.project_id, project.account.name) == ("North pit", "m82k5408n123phvb", "Mining")
    entry = AuditEntry.objects.get(action="project.created")
    assert (entry.actor, entry.target, entry.project_id) == (admin.username, "North pit", "m82k5408n123phvb")
    assert entry.after["account"] == "Mining"
    assert "Next: allow a storage" in str(next(iter(get_messages(response.wsgi_request))))


def test_htmx_is_sent_to_the_page_too(admin: User, answers: dict[str, Any]) -> None:
    response = signed_in(admin).post(URL, answers, headers=FRAGMENT)
    assert response.headers["HX-Redirect"] == Project.objects.get().get_absolute_url()


def test_the_project_id_is_unique_in_its_account_only(
    admin: User, account: CloudAccount, answers: dict[str, Any]
) -> None:
    make_project(account=account, project_id=answers["project_id"])
    errors = errors_of(signed_in(admin), URL, answers)
    assert errors == {"project_id": ["This account already has a project with this ProjectId."]}
    elsewhere = signed_in(admin).post(URL, answers | {"account": make_account().pk})
    assert elsewhere.status_code == 303


def test_it_has_no_default_profile_yet(admin: User, answers: dict[str, Any]) -> None:
    assert "default_profile" not in signed_in(admin).get(URL).context["form"].fields


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("project_id", "has space", "Letters, digits, _ and - only"),
        ("project_id", "", "This field is required."),
        ("name", "   ", "This field is required."),
        ("name", "x" * 101, "at most 100 characters"),
        ("name", "pit\u202egnp", "characters that cannot be seen"),
        ("account", "00000000-0000-4000-8000-000000000000", "Choose a cloud account from the list."),
        ("account", "1", "not a valid UUID"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: User, answers: dict[str, Any], field: str, value: str, said: str
) -> None:
    errors = errors_of(signed_in(admin), URL, answers | {field: value})
    assert list(errors) == [field]
    assert said in errors[field][0]


def test_what_was_typed_stays(admin: User, answers: dict[str, Any]) -> None:
    response = signed_in(admin).post(URL, answers | {"project_id": ""}, headers=FRAGMENT)
    assert response.status_code == 422
    assert response.content.strip().startswith(b'<form id="edit"')
    assert b'value="North pit"' in response.content


def test_nothing_that_is_posted_breaks_it(admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers):
        assert client.post(URL, posted).status_code in {303, 422}, what
