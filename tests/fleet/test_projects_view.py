"""The list of projects."""

import pytest
from pytest_django import DjangoAssertNumQueries

from recordings.models import CloudAccount, Project, User
from tests.factories import make_account, make_profile, make_project, make_storage, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db
URL = "/fleet/projects/"


def test_it_shows_name_id_account_and_default_profile(project: Project, operator: User) -> None:
    project.default_profile = make_profile(make_storage(project), name="Night shift")
    project.save()
    page = signed_in(operator).get(URL).content.decode()
    for text in (project.name, project.project_id, project.account.name, "Night shift"):
        assert text in page


def test_a_person_limited_to_projects_sees_those_only(
    project: Project, foreign_project: Project, operator: User, limited_auditor: User, admin: User
) -> None:
    for person in (operator, limited_auditor):
        page = signed_in(person).get(URL)
        assert page.context["page"].rows == [project]
        assert foreign_project.account.name not in page.content.decode()
    assert set(signed_in(admin).get(URL).context["page"].rows) == {project, foreign_project}


def test_only_who_may_add_one_is_offered_to(project: Project, operator: User, admin: User) -> None:
    assert "/fleet/projects/new/" in signed_in(admin).get(URL).content.decode()
    assert "/fleet/projects/new/" not in signed_in(operator).get(URL).content.decode()


def test_an_empty_list_says_what_to_do(admin: User, auditor: User) -> None:
    assert "Add the cloud account first" in signed_in(admin).get(URL).content.decode()
    assert "A credential admin adds projects" in signed_in(auditor).get(URL).content.decode()


def test_htmx_gets_the_list_and_everybody_else_the_page(project: Project, operator: User) -> None:
    client = signed_in(operator)
    fragment = client.get(URL, headers=FRAGMENT)
    assert fragment.content.strip().startswith(b'<div id="projects">')
    assert "HX-Request" in fragment.headers["Vary"]
    assert b"<!doctype html>" in client.get(URL).content


def test_every_project_is_on_exactly_one_page_also_those_with_the_same_name(admin: User) -> None:
    account = make_account()
    for number in range(120):
        make_project(account=account, name=f"Pit {number % 7}")
    assert pages_of(admin) == list(Project.objects.order_by("name", "pk"))


def pages_of(person: User) -> list[Project]:
    client, found, cursor = signed_in(person), [], ""
    while True:
        page = client.get(URL, {"after": cursor}).context["page"]
        found += page.rows
        if not page.next_cursor:
            return found
        cursor = page.next_cursor


@pytest.mark.parametrize("cursor", ["nonsense", "WyJhIiwiMSJd:bad", "\x00", "x" * 10_000])
def test_a_cursor_that_is_not_ours_shows_the_first_page(cursor: str, project: Project, operator: User) -> None:
    assert signed_in(operator).get(URL, {"after": cursor}).context["page"].rows == [project]


def test_its_queries_do_not_grow_with_the_list(
    admin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    profile = make_profile()
    for _ in range(30):
        make_project(default_profile=profile)
    assert CloudAccount.objects.count() == 30
    client = signed_in(admin)
    with django_assert_max_num_queries(5):
        client.get(URL)
