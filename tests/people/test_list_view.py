"""/people/: the list of people, their roles, and who may see whom."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from recordings.models import Membership, Project, Role, User
from tests.factories import make_operator, make_person, signed_in

pytestmark = pytest.mark.django_db
LIST = "/people/"


def names(client: Client) -> set[str]:
    return {shown.user.username for shown in client.get(LIST).context["people"]}


def test_roles_and_projects_are_shown_by_name(admin: User, project: Project, foreign_project: Project) -> None:
    make_operator(project, foreign_project, username="lin", first_name="Lin Wei")
    page = signed_in(admin).get(LIST).content.decode()
    assert "Lin Wei" in page
    assert "<strong>Operator</strong>" in page
    assert "Harbour, Open pit" in " ".join(page.split())
    assert "all projects" in page


def test_factor_last_seen_and_disabling_are_shown(admin: User) -> None:
    person = make_person(username="lin", last_seen_at=timezone.now(), is_active=False)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    shown = next(each for each in signed_in(admin).get(LIST).context["people"] if each.user == person)
    assert shown.user.has_factor
    page = signed_in(admin).get(LIST).content.decode()
    assert "Disabled" in page
    assert f"{timezone.localtime(person.last_seen_at):%Y-%m-%d %H:%M}" in page


def test_a_credential_admin_without_a_second_factor_is_marked(
    admin: User, auditor: User, operator: User, settings: Settings
) -> None:
    client = signed_in(auditor)
    assert "Required, and missing" not in client.get(LIST).content.decode()
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get(LIST).content.decode().count("Required, and missing") == 1
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={})
    assert "Required, and missing" not in client.get(LIST).content.decode()


def test_an_auditor_with_another_role_is_marked(admin: User, auditor: User) -> None:
    assert "Auditor with another role" not in signed_in(admin).get(LIST).content.decode()
    Membership.objects.create(user=auditor, role=Role.OPERATOR)
    assert "Auditor with another role" in signed_in(admin).get(LIST).content.decode()


def test_a_limited_auditor_sees_only_people_of_those_projects(
    limited_auditor: User, admin: User, operator: User, no_role_user: User, foreign_project: Project
) -> None:
    make_operator(foreign_project, username="stranger")
    assert names(signed_in(limited_auditor)) == {"limited_auditor", "operator", "admin"}
    assert names(signed_in(admin)) == {"limited_auditor", "operator", "admin", "nobody", "stranger"}


def test_a_limited_auditor_sees_no_other_project(
    limited_auditor: User, operator: User, foreign_project: Project
) -> None:
    Membership.objects.create(user=operator, role=Role.OPERATOR, project=foreign_project)
    client = signed_in(limited_auditor)
    assert foreign_project.name not in client.get(LIST).content.decode()
    assert foreign_project.name not in client.get(f"/people/{operator.pk}/").content.decode()


def test_a_limited_auditor_finds_no_page_of_other_people(limited_auditor: User, foreign_project: Project) -> None:
    stranger = make_operator(foreign_project)
    assert signed_in(limited_auditor).get(f"/people/{stranger.pk}/").status_code == 404


def test_an_auditor_is_offered_no_change(auditor: User, operator: User) -> None:
    client = signed_in(auditor)
    assert "/people/new/" not in client.get(LIST).content.decode()
    assert "<form" not in client.get(f"/people/{operator.pk}/").content.decode().partition("<main")[2]


def test_an_operator_has_no_people_page(operator: User) -> None:
    assert signed_in(operator).get(LIST).status_code == 403
    assert 'href="/people/"' not in signed_in(operator).get("/recordings/").content.decode()


def test_the_list_costs_the_same_however_many_there_are(
    admin: User, project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(60):
        make_operator(project)
    client = signed_in(admin)
    with django_assert_max_num_queries(12):
        page = client.get(LIST).context["page"]
    assert len(page.rows) == 50
    assert len(client.get(LIST, {"after": page.next_cursor}).context["people"]) == 11


def test_a_fragment_is_only_the_list(admin: User) -> None:
    content = signed_in(admin).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert content.strip().startswith('<div id="people"')
