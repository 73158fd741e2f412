"""Roles from groups: just those, except that the last credential admin stays one."""

import pytest

from recordings.models import Role, User
from recordings.signin.oidc_roles import GroupRole, set_roles_from_groups
from tests.factories import make_admin

pytestmark = pytest.mark.django_db
AUDITORS = GroupRole(group="auditors", role=Role.AUDITOR)


def roles(person: User) -> set[str]:
    return set(person.memberships.values_list("role", flat=True))


def test_a_user_who_loses_the_group_loses_the_role() -> None:
    make_admin()
    person = make_admin()
    assert set_roles_from_groups(user=person, roles=[AUDITORS])
    assert roles(person) == {Role.AUDITOR}


def test_the_last_credential_admin_stays_one_whatever_the_groups_say() -> None:
    make_admin(is_active=False)
    person = make_admin()
    assert set_roles_from_groups(user=person, roles=[AUDITORS])
    assert roles(person) == {Role.AUDITOR, Role.CREDENTIAL_ADMIN}
    assert set_roles_from_groups(user=person, roles=[])
    assert roles(person) == {Role.CREDENTIAL_ADMIN}
