"""Changing a project."""

from typing import Any

import pytest
from django.contrib.messages import get_messages

from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, Device, Project, RecordingProfile, StorageCredential, User
from tests.factories import make_account, make_profile, make_project, make_storage, signed_in
from tests.forms import errors_of, hostile_answers
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def url_of(project: Project) -> str:
    return f"/fleet/projects/{project.pk}/edit/"


def answers_of(project: Project, **changed: Any) -> dict[str, Any]:
    return {
        "account": project.account_id,
        "project_id": project.project_id,
        "name": project.name,
        "description": project.description,
        "default_profile": project.default_profile_id or "",
    } | changed


def test_what_changed_is_stored_with_before_and_after(project: Project, profile: RecordingProfile, admin: User) -> None:
    answers = answers_of(project, name="Deep pit", default_profile=profile.pk)
    assert signed_in(admin).post(url_of(project), answers).status_code == 303
    entry = AuditEntry.objects.get(action="project.changed")
    assert entry.before == {"name": "Open pit", "default_profile": None}
    assert entry.after == {"name": "Deep pit", "default_profile": profile.name}
    project.refresh_from_db()
    assert (project.name, project.default_profile) == ("Deep pit", profile)


def test_saving_it_unchanged_writes_nothing(project: Project, admin: User) -> None:
    response = signed_in(admin).post(url_of(project), answers_of(project))
    assert response.status_code == 303
    assert not AuditEntry.objects.filter(target_type="Project").exists()
    assert "Nothing to change" in str(next(iter(get_messages(response.wsgi_request))))


def test_a_profile_whose_storage_it_may_not_use_is_refused_with_the_reason(project: Project, admin: User) -> None:
    errors = errors_of(
        signed_in(admin), url_of(project), answers_of(project, default_profile=make_profile(make_storage()).pk)
    )
    assert "Add the project to the storage first" in errors["default_profile"][0]


@pytest.mark.parametrize("field", ["account", "project_id"])
def test_a_project_with_recordings_keeps_its_account_and_its_id(
    field: str, device: Device, storage: StorageCredential, operator: User, admin: User
) -> None:
    build_recording(actor=operator, request=start_request(device, storage)).save()
    project = device.project
    other = {"account": make_account().pk, "project_id": "another"}[field]
    errors = errors_of(signed_in(admin), url_of(project), answers_of(project, **{field: other}))
    assert errors == {field: ["This project has recordings, so this value cannot change. Add a new project."]}
    assert signed_in(admin).post(url_of(project), answers_of(project, name="Renamed")).status_code == 303


def test_a_project_without_recordings_may_move(project: Project, admin: User) -> None:
    answers = answers_of(project, account=make_account().pk, project_id="another")
    assert signed_in(admin).post(url_of(project), answers).status_code == 303


def test_the_id_of_another_project_is_refused(project: Project, admin: User) -> None:
    make_project(account=project.account, project_id="taken")
    errors = errors_of(signed_in(admin), url_of(project), answers_of(project, project_id="taken"))
    assert list(errors) == ["project_id"]


def test_the_callback_token_survives(project: Project, admin: User) -> None:
    signed_in(admin).post(url_of(project), answers_of(project, name="Deep pit", callback_token="mine"))
    assert Project.objects.get(pk=project.pk).callback_token == project.callback_token


def test_nothing_that_is_posted_breaks_it(project: Project, profile: RecordingProfile, admin: User) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers_of(project, description="x", default_profile=profile.pk)):
        assert client.post(url_of(project), posted).status_code in {303, 422}, what
