"""The roles of a user: reading them, replacing them, and locking the rows while they change.

signin/oidc_roles.py sets the roles that come from groups.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from recordings.models import Membership, Project, Role, User


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A role in one project, or in all of them when there is no `project_pk`."""

    role: Role
    project_pk: int | None = None


def roles_of(person: User) -> frozenset[RoleAssignment]:
    """The roles of this user, read from the database."""
    held = Membership.objects.filter(user=person).values_list("role", "project_id")
    return frozenset(RoleAssignment(role=Role(role), project_pk=project_pk) for role, project_pk in held)


def set_roles(person: User, roles: Collection[RoleAssignment]) -> None:
    """Give this user exactly these roles. In the caller's transaction, which has locked the user."""
    held = roles_of(person)
    for each in held - set(roles):
        Membership.objects.filter(user=person, role=each.role, project=each.project_pk).delete()
    for each in set(roles) - held:
        Membership.objects.create(user=person, role=each.role, project_id=each.project_pk)
    person.__dict__.pop("held", None)


def describe_roles(roles: Iterable[RoleAssignment]) -> list[str]:
    """The roles as the audit trail keeps them, projects by name and id."""
    roles = list(roles)
    projects = Project.objects.in_bulk([each.project_pk for each in roles if each.project_pk])
    return sorted(f"{each.role} of {_place(each, projects)}" for each in roles)


def _place(role_in: RoleAssignment, projects: dict[int, Project]) -> str:
    if role_in.project_pk is None:
        return "all projects"
    project = projects[role_in.project_pk]
    return f"{project} ({project.project_id})"


def locked(*, actor: User, person: User) -> tuple[User, User]:
    """Both as they are stored, locked with every credential admin until the caller's transaction ends.

    Locked in the order of their keys, so that two admins who change each other do not deadlock; the second then sees
    the first one's change.
    """
    admins = Membership.objects.filter(role=Role.CREDENTIAL_ADMIN).values("user")
    to_lock = User.objects.filter(Q(pk__in=admins) | Q(pk__in=[actor.pk, person.pk]))
    list(to_lock.order_by("pk").select_for_update().values_list("pk", flat=True))
    found = User.objects.in_bulk([actor.pk, person.pk])  # a query of its own: what others committed meanwhile
    return found[actor.pk], found[person.pk]


def is_last_admin(person: User) -> bool:
    """Whether no active credential admin who can sign in is left without this one. After `locked`.

    Invited users who have not set a password do not count.
    """
    admins = User.objects.filter(is_active=True, memberships__role=Role.CREDENTIAL_ADMIN)
    by_sso = SocialAccount.objects.filter(user=OuterRef("pk"))
    able = admins.filter(~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Exists(by_sso))
    return admins.filter(pk=person.pk).exists() and not able.exclude(pk=person.pk).exists()


def keep_one_admin(person: User) -> None:
    """Raise ValidationError when this person is the last active credential admin. After `locked`."""
    if is_last_admin(person):
        raise ValidationError(_("This is the last credential admin. Appoint another one first."))
