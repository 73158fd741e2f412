"""The page of one project."""

import pytest

from recordings.models import Project, RecordingProfile, StorageCredential, User
from tests.factories import make_profile, make_storage, signed_in

pytestmark = pytest.mark.django_db


def page_of(project: Project, person: User) -> str:
    return signed_in(person).get(project.get_absolute_url()).content.decode()


def test_it_names_what_belongs_to_the_project(
    project: Project, storage: StorageCredential, profile: RecordingProfile, operator: User
) -> None:
    Project.objects.filter(pk=project.pk).update(default_profile=profile, description="North face")
    page = page_of(project, operator)
    for text in (project.project_id, project.account.name, storage.name, profile.name, "North face"):
        assert text in page


def test_it_says_that_nothing_can_be_recorded_without_a_storage(project: Project, operator: User) -> None:
    assert "Allow a storage before recording" in page_of(project, operator)


def test_it_warns_of_a_default_profile_that_cannot_be_used(project: Project, operator: User) -> None:
    storage = make_storage(project)
    Project.objects.filter(pk=project.pk).update(default_profile=make_profile(storage))
    assert "cannot be used" not in page_of(project, operator)
    storage.projects.clear()
    assert "cannot be used" in page_of(project, operator)


def test_it_leads_to_starting_and_changing_for_those_who_may(project: Project, operator: User, admin: User) -> None:
    start, edit = f"/recordings/new/?project={project.pk}", f"/fleet/projects/{project.pk}/edit/"
    for_operator, for_admin = page_of(project, operator), page_of(project, admin)
    assert start in for_operator
    assert edit not in for_operator
    assert start not in for_admin
    assert edit in for_admin
