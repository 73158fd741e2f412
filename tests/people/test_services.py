"""The rules about roles and disabling, below the pages."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from recordings.identity.memberships import RoleAssignment, keep_one_admin, roles_of
from recordings.identity.password_links import person_of
from recordings.models import AuditEntry, Membership, Project, Role, User
from recordings.people.access import disable, enable, new_link, remove_factors, sign_out_everywhere
from recordings.people.services import change_person, invite
from tests.factories import make_admin, make_auditor, make_operator, make_person, signed_in

pytestmark = pytest.mark.django_db
ADMIN = RoleAssignment(role=Role.CREDENTIAL_ADMIN)
AUDITOR = RoleAssignment(role=Role.AUDITOR)


def give(actor: User, person: User, *roles: RoleAssignment) -> bool:
    return change_person(
        actor=actor, person=person, name=person.get_full_name(), email=person.email, roles=frozenset(roles)
    )


def is_in(client: Client) -> bool:
    return client.get("/you/").status_code == 200


def signed(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_roles_are_given_as_a_whole_and_entered_before_and_after(admin: User, project: Project) -> None:
    person = make_operator(project)
    assert give(admin, person, AUDITOR, ADMIN)
    assert roles_of(person) == {AUDITOR, ADMIN}
    entry = AuditEntry.objects.get(action="membership.changed")
    assert entry.before == {"roles": [f"operator of {project} ({project.project_id})"]}
    assert entry.after == {"roles": ["auditor of all projects", "credential_admin of all projects"]}
    assert (entry.actor, entry.target_id) == ("admin", str(person.pk))


def test_the_same_roles_change_and_enter_nothing(admin: User, project: Project) -> None:
    person = make_operator(project)
    assert not give(admin, person, RoleAssignment(role=Role.OPERATOR, project_pk=project.pk))
    assert not AuditEntry.objects.exists()
    person.refresh_from_db()
    assert person.session_version == 0


@pytest.mark.parametrize("do", [disable, sign_out_everywhere])
def test_sessions_end_at_once(admin: User, operator: User, do: object) -> None:
    client = signed(operator)
    assert is_in(client)
    do(actor=admin, person=operator)  # type: ignore[operator]
    assert not is_in(client)


def test_another_role_ends_sessions_at_once(admin: User, operator: User) -> None:
    client = signed(operator)
    give(admin, operator, AUDITOR)
    assert not is_in(client)


def test_another_name_ends_no_session_and_is_entered(admin: User, operator: User) -> None:
    client = signed(operator)
    assert change_person(actor=admin, person=operator, name="Lin Wei", email="lin@example.com", roles=None)
    assert is_in(client)
    entry = AuditEntry.objects.get(action="person.changed")
    assert (entry.before, entry.after) == ({"name": "", "email": ""}, {"name": "Lin Wei", "email": "lin@example.com"})


def test_a_change_leaves_a_password_that_was_set_meanwhile_alone(admin: User, operator: User) -> None:
    User.objects.filter(pk=operator.pk).update(password="newer")
    change_person(actor=admin, person=operator, name="Lin Wei", email="", roles=None)
    operator.refresh_from_db()
    assert operator.password == "newer"


def test_users_cannot_change_their_own_roles(admin: User) -> None:
    make_admin()
    for roles in ([ADMIN, AUDITOR], []):
        with pytest.raises(ValidationError, match="your own roles"):
            give(admin, admin, *roles)
    assert roles_of(admin) == {ADMIN}


def test_users_cannot_disable_themselves_or_reset_their_own_access(admin: User) -> None:
    make_admin()
    for do in (disable, new_link, remove_factors):
        with pytest.raises(ValidationError):
            do(actor=admin, person=admin)
    admin.refresh_from_db()
    assert admin.is_active
    assert not AuditEntry.objects.exists()


def test_the_last_active_credential_admin_stays(admin: User) -> None:
    with pytest.raises(ValidationError, match="last credential admin"):
        keep_one_admin(admin)
    other = make_admin(is_active=False)
    with pytest.raises(ValidationError, match="last credential admin"):
        keep_one_admin(admin)
    keep_one_admin(other)
    User.objects.filter(pk=other.pk).update(is_active=True)
    keep_one_admin(admin)


@pytest.mark.parametrize("make", [make_operator, make_auditor, make_person])
def test_only_credential_admins_change_people(make: object, admin: User, no_role_user: User) -> None:
    actor = make()  # type: ignore[operator]
    with pytest.raises(PermissionDenied):
        give(actor, no_role_user, AUDITOR)
    with pytest.raises(PermissionDenied):
        invite(actor=actor, person=User(username="lin"), roles=())
    for do in (disable, enable, sign_out_everywhere, new_link, remove_factors):
        with pytest.raises(PermissionDenied):
            do(actor=actor, person=no_role_user)


def test_an_admin_who_lost_the_role_just_now_changes_no_one(admin: User, no_role_user: User) -> None:
    """The page was opened as a credential admin; what counts is what holds when the change is stored."""
    assert admin.held
    Membership.objects.filter(user=admin).delete()
    with pytest.raises(PermissionDenied):
        give(admin, no_role_user, AUDITOR)
    with pytest.raises(PermissionDenied):
        disable(actor=admin, person=no_role_user)


def test_roles_from_single_sign_on_are_not_edited(admin: User, no_role_user: User) -> None:
    SocialAccount.objects.create(user=no_role_user, provider="sso", uid="1")
    with pytest.raises(ValidationError, match="single sign-on"):
        give(admin, no_role_user, AUDITOR)
    with pytest.raises(ValidationError, match="single sign-on"):
        new_link(actor=admin, person=no_role_user)
    assert disable(actor=admin, person=no_role_user)


def test_disabling_keeps_the_roles_and_invalidates_the_link_for_good(admin: User, operator: User) -> None:
    code = new_link(actor=admin, person=operator).partition("#")[2]
    assert disable(actor=admin, person=operator)
    assert not disable(actor=admin, person=operator)
    assert enable(actor=admin, person=operator)
    assert not enable(actor=admin, person=operator)
    assert person_of(code) is None
    assert len(roles_of(operator)) == 1
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["person.link_made", "person.disabled", "person.enabled"]


def test_disabled_people_get_no_link(admin: User, operator: User) -> None:
    disable(actor=admin, person=operator)
    with pytest.raises(ValidationError, match="disabled"):
        new_link(actor=admin, person=operator)


def test_lost_factors_go_with_the_recovery_codes_and_the_sessions(admin: User, operator: User) -> None:
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=operator, type=kind, data={})
    client = signed(operator)
    assert remove_factors(actor=admin, person=operator)
    assert not remove_factors(actor=admin, person=operator)
    assert not Authenticator.objects.filter(user=operator).exists()
    assert not is_in(client)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before) == (
        "person.factors_removed",
        {"factors": ["recovery_codes", "totp"]},
    )


@pytest.mark.parametrize("username", ["system", "System", "SYSTEM"])
def test_the_systems_name_cannot_be_invited(admin: User, username: str) -> None:
    with pytest.raises(ValidationError, match="Reserved user name"):
        invite(actor=admin, person=User(username=username), roles=())
    page = signed_in(admin).post("/people/new/", {"username": username, "name": "", "email": ""})
    assert page.status_code == 422
    assert not User.objects.filter(username=username).exists()


def test_an_invited_admin_without_a_password_does_not_count_as_the_last_admin(admin: User) -> None:
    person = User(username="lin")
    invite(actor=admin, person=person, roles=[ADMIN])
    with pytest.raises(ValidationError, match="last credential admin"):
        keep_one_admin(admin)
    SocialAccount.objects.create(user=person, provider="sso", uid="1")
    keep_one_admin(admin)
