"""Single sign-on: which roles the groups of a person give, and giving just those."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from recordings.audit.usecases import enter
from recordings.models import Membership, Project, Role, User
from recordings.people.memberships import is_last_admin, locked
from recordings.people.sessions import end_sessions


class BadRoles(Exception):
    """OIDC_ROLES is not `group=role` or `group=role@ProjectId`, comma separated. Says which part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRole:
    """What one group gives: a role, in one project or, when `project_id` is empty, in all of them."""

    group: str
    role: Role
    project_id: str = ""


def read_roles(text: str) -> tuple[GroupRole, ...]:
    """The table that OIDC_ROLES holds. Raises BadRoles."""
    return tuple(_group_role(part.strip()) for part in text.split(",") if part.strip())


def roles_of(groups: Collection[str]) -> frozenset[GroupRole]:
    """What these groups give, by OIDC_ROLES. Raises BadRoles."""
    return frozenset(each for each in read_roles(settings.OIDC_ROLES) if each.group in groups)


@transaction.atomic
def give_roles(*, user: User, roles: Iterable[GroupRole]) -> bool:
    """Give this person the roles of their groups and no others; False when these are what they have.

    With the entry in the trail and the end of every session. A project that is not configured here gives nothing.
    The last active credential admin stays one, whatever the groups say: nobody could make another.
    """
    locked(actor=user, person=user)
    wanted = set(_memberships(roles))
    if is_last_admin(user):
        wanted.add((Role.CREDENTIAL_ADMIN.value, None))
    held = {(each.role, each.project_id): each for each in user.memberships.select_related("project")}
    if wanted == held.keys():
        return False
    before = sorted(map(_in_words, held.values()))
    Membership.objects.filter(pk__in=[each.pk for key, each in held.items() if key not in wanted]).delete()
    for role, project_pk in wanted - held.keys():
        Membership.objects.create(user=user, role=role, project_id=project_pk)
    after = sorted(map(_in_words, user.memberships.select_related("project")))
    end_sessions(user)
    user.refresh_from_db(fields=["session_version"])
    user.__dict__.pop("held", None)
    enter(
        actor=user,
        action="membership.from_groups",
        target=user,
        before={"roles": before},
        after={"roles": after},
    )
    return True


def _memberships(roles: Iterable[GroupRole]) -> Iterable[tuple[str, int | None]]:
    for each in roles:
        if not each.project_id:
            yield each.role.value, None
        for project_pk in Project.objects.filter(project_id=each.project_id).values_list("pk", flat=True):
            yield each.role.value, project_pk


def _in_words(membership: Membership) -> str:
    return f"{membership.role}@{membership.project.project_id}" if membership.project else membership.role


def _group_role(text: str) -> GroupRole:
    group, _, given = text.rpartition("=")
    name, _, project_id = given.partition("@")
    try:
        role = Role(name.strip())
    except ValueError:
        raise BadRoles(f"{text!r}: {name!r} is none of {', '.join(Role.values)}.") from None
    if not group.strip():
        raise BadRoles(f"{text!r} names no group.")
    if project_id and role == Role.CREDENTIAL_ADMIN:
        raise BadRoles(f"{text!r}: a credential admin is one for all projects.")
    return GroupRole(group=group.strip(), role=role, project_id=project_id.strip())
