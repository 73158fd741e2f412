"""A file holds what its reader saw when it was made: who sees less since then does not take it home."""

import json

import pytest
from django.test import Client

from recordings.exports.paths import manifest_of
from recordings.models import AuditEntry, Device, Export, Membership, Project, Role, StorageCredential, User
from tests.factories import make_device, make_project, make_storage, signed_in

from .conftest import ask, make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(operator: User, device: Device, storage: StorageCredential) -> Export:
    """Made of two projects, of which the person has lost the second."""
    other = make_project(name="Quarry")
    Membership.objects.create(user=operator, role=Role.OPERATOR, project=other)
    make_recording(operator, device, storage)
    make_recording(operator, make_device(other), make_storage(other))
    export = ask(User.objects.get(pk=operator.pk))
    assert export.rows == 2
    Membership.objects.filter(user=operator, project=other).delete()
    return export


def browser_of(person: User) -> Client:
    return signed_in(User.objects.get(pk=person.pk))


def test_who_lost_a_project_does_not_take_its_rows_home(both: Export, operator: User) -> None:
    browser = browser_of(operator)
    for part in ("file/", "manifest/"):
        assert browser.get(both.get_absolute_url() + part).status_code == 403
    assert not AuditEntry.objects.filter(action="export.downloaded").exists()
    assert AuditEntry.objects.filter(action="access.denied", actor="operator").exists()
    page = browser.get(both.get_absolute_url()).content.decode()
    assert "File not available to you" in page
    assert "Download the file" not in page


def test_who_sees_more_since_then_still_does(
    operator: User, device: Device, storage: StorageCredential, project: Project
) -> None:
    make_recording(operator, device, storage)
    export = ask(operator)
    Membership.objects.create(user=operator, role=Role.OPERATOR, project=make_project())
    assert browser_of(operator).get(export.get_absolute_url() + "file/").status_code == 200
    kept = json.loads(manifest_of(export).read_bytes())["projects"]
    assert kept == [{"id": project.pk, "project_id": project.project_id}]


def test_the_whole_trail_is_not_for_whom_sees_a_part_of_it_now(auditor: User, project: Project) -> None:
    export = ask(auditor, "trail")
    assert json.loads(manifest_of(export).read_bytes())["projects"] == "all"
    assert browser_of(auditor).get(export.get_absolute_url() + "file/").status_code == 200
    Membership.objects.filter(user=auditor).update(project=project)
    assert browser_of(auditor).get(export.get_absolute_url() + "file/").status_code == 403


@pytest.mark.parametrize("content", ["", "[]", '{"projects": null}', '{"projects": [7]}'])
def test_a_manifest_that_makes_no_sense_opens_nothing(
    operator: User, device: Device, storage: StorageCredential, content: str
) -> None:
    make_recording(operator, device, storage)
    export = ask(operator)
    manifest_of(export).write_text(content)
    assert browser_of(operator).get(export.get_absolute_url() + "file/").status_code in {403, 404}
    assert not AuditEntry.objects.filter(action="export.downloaded").exists()
