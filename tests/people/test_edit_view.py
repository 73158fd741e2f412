"""/people/<id>/edit/: name, address and roles."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from recordings.identity.memberships import RoleAssignment, roles_of
from recordings.identity.password_links import person_of
from recordings.models import AuditEntry, Membership, Project, Role, User
from recordings.people.access import new_link
from tests.factories import make_operator, signed_in

pytestmark = pytest.mark.django_db


def edit_of(person: User) -> str:
    return f"/people/{person.pk}/edit/"


def test_the_form_holds_what_is_stored_and_saving_it_changes_nothing(
    admin: User, project: Project, foreign_project: Project
) -> None:
    person = make_operator(project, first_name="Wei", last_name="Lin", email="lin@example.com")
    Membership.objects.create(user=person, role=Role.AUDITOR)
    client = signed_in(admin)
    form = client.get(edit_of(person)).context["form"]
    assert form.initial == {
        "name": "Wei Lin", "email": "lin@example.com", "operator": [str(project.pk)], "auditor": ["all"],
        "credential_admin": False, "no_role": False,
    }  # fmt: skip
    response = client.post(edit_of(person), form.initial | {"credential_admin": ""})
    assert response.headers["Location"] == f"/people/{person.pk}/"
    assert "Nothing to change" in client.get(f"/people/{person.pk}/").content.decode()
    assert not AuditEntry.objects.exists()
    person.refresh_from_db()
    assert (person.first_name, person.last_name) == ("Wei", "Lin")


def test_roles_and_name_change_together(admin: User, operator: User, foreign_project: Project) -> None:
    posted = {"name": "Lin Wei", "email": "", "operator": [str(foreign_project.pk)], "credential_admin": "on"}
    response = signed_in(admin).post(edit_of(operator), posted)
    assert response.status_code == 303
    assert roles_of(operator) == {
        RoleAssignment(role=Role.OPERATOR, project_pk=foreign_project.pk),
        RoleAssignment(role=Role.CREDENTIAL_ADMIN),
    }
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"person.changed", "membership.changed"}


def test_ones_own_roles_are_not_offered_and_not_taken(admin: User) -> None:
    client = signed_in(admin)
    assert "credential_admin" not in client.get(edit_of(admin)).context["form"].fields
    client.post(edit_of(admin), {"name": "Lin Wei", "email": "", "operator": ["all"]})
    admin.refresh_from_db()
    assert str(admin) == "Lin Wei"
    assert roles_of(admin) == {RoleAssignment(role=Role.CREDENTIAL_ADMIN)}
    assert "You cannot change your own roles" in client.get(f"/people/{admin.pk}/").content.decode()


def test_roles_from_single_sign_on_are_not_offered_and_not_taken(admin: User, operator: User) -> None:
    SocialAccount.objects.create(user=operator, provider="sso", uid="1")
    held = roles_of(operator)
    client = signed_in(admin)
    assert "operator" not in client.get(edit_of(operator)).context["form"].fields
    client.post(edit_of(operator), {"name": "Lin Wei", "email": "", "credential_admin": "on"})
    assert roles_of(operator) == held
    page = client.get(f"/people/{operator.pk}/").content.decode()
    assert "Roles come from single sign-on" in page
    assert f"/people/{operator.pk}/link/" not in page


def test_a_new_address_invalidates_the_link_sent_to_the_old_one(admin: User, operator: User) -> None:
    code = new_link(actor=admin, person=operator).partition("#")[2]
    posted = {"name": "", "email": "new@example.com", "operator": [str(operator.memberships.get().project_id)]}
    signed_in(admin).post(edit_of(operator), posted)
    assert person_of(code) is None


def test_a_user_name_cannot_change(admin: User, operator: User) -> None:
    signed_in(admin).post(edit_of(operator), {"username": "other", "name": "x", "email": ""})
    operator.refresh_from_db()
    assert operator.username == "operator"


def test_invalid_input_is_422(admin: User, operator: User) -> None:
    response = signed_in(admin).post(edit_of(operator), {"name": "", "email": "nowhere", "operator": ["999999"]})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"email", "operator"}


def test_a_recent_confirmation_is_required(admin: User, operator: User) -> None:
    client = Client()
    client.force_login(admin)
    assert client.get(edit_of(operator)).headers["Location"].startswith("/login/again/?next=")
    response = client.post(edit_of(operator), {"name": "x", "email": ""}, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert b'id="confirm-again"' in response.content
    assert not AuditEntry.objects.exists()


def test_taking_the_last_role_is_refused_until_that_is_confirmed(admin: User, operator: User) -> None:
    client = signed_in(admin)
    held = roles_of(operator)
    response = client.post(edit_of(operator), {"name": "", "email": ""})
    assert response.status_code == 422
    assert "no_role" in response.context["form"].errors
    assert roles_of(operator) == held
    assert client.post(edit_of(operator), {"name": "", "email": "", "no_role": "on"}).status_code == 303
    assert roles_of(operator) == frozenset()


def test_a_person_without_a_role_is_renamed_without_a_question(admin: User, no_role_user: User) -> None:
    client = signed_in(admin)
    assert client.get(edit_of(no_role_user)).context["form"].initial["no_role"]
    assert client.post(edit_of(no_role_user), {"name": "Lin", "email": "", "no_role": "on"}).status_code == 303
