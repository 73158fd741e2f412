"""Single sign-on: which roles a user's groups give, and how a user gets exactly those."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from recordings.audit_log.record import record_audit
from recordings.identity.memberships import is_last_admin, locked
from recordings.identity.sessions import end_sessions
from recordings.models import Membership, Project, Role, User

log = structlog.get_logger(__name__)


class BadRoles(Exception):
    """OIDC_ROLES is not `group=role`, `group=role@ProjectId` or `group=role@account/ProjectId`. Says which part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRole:
    """What one group gives: a role, in one project or, when `project_id` is empty, in all of them.

    A ProjectId is unique in its account only; `account` is that account's name, and needed when several have it.
    """

    group: str
    role: Role
    project_id: str = ""
    account: str = ""


def read_roles(text: str) -> tuple[GroupRole, ...]:
    """The table that OIDC_ROLES holds. Raises BadRoles."""
    return tuple(_group_role(part.strip()) for part in text.split(",") if part.strip())


def roles_of(groups: Collection[str]) -> frozenset[GroupRole]:
    """The roles that OIDC_ROLES gives these groups. Raises BadRoles."""
    return frozenset(each for each in read_roles(settings.OIDC_ROLES) if each.group in groups)


@transaction.atomic
def set_roles_from_groups(*, user: User, roles: Iterable[GroupRole]) -> bool:
    """Give this user the roles of their groups and no others; False if nothing changes.

    Records an audit entry and ends every session. A project that is not configured here gives nothing, and
    neither does a ProjectId that several accounts have.
    The last active credential admin keeps the role, whatever the groups say: no one else could assign it.
    """
    locked(actor=user, person=user)
    assigned = set(_memberships(roles))
    if is_last_admin(user):
        assigned.add((Role.CREDENTIAL_ADMIN.value, None))
    held = {(each.role, each.project_id): each for each in user.memberships.select_related("project")}
    if assigned == held.keys():
        return False
    before = sorted(map(_describe, held.values()))
    Membership.objects.filter(pk__in=[each.pk for key, each in held.items() if key not in assigned]).delete()
    for role, project_pk in assigned - held.keys():
        Membership.objects.create(user=user, role=role, project_id=project_pk)
    after = sorted(map(_describe, user.memberships.select_related("project")))
    end_sessions(user)
    user.refresh_from_db(fields=["session_version"])
    user.__dict__.pop("held", None)
    record_audit(
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
        elif len(projects := list(projects_of(each))) == 1:
            yield each.role.value, projects[0].pk
        elif projects:
            log.error("group_names_several_projects", group=each.group, project_id=each.project_id)


def projects_of(given: GroupRole) -> QuerySet[Project]:
    """The projects that `account/ProjectId` names. Several only without an account: then they give nothing."""
    named = Project.objects.filter(project_id=given.project_id)
    return named.filter(account__name=given.account) if given.account else named


def _describe(membership: Membership) -> str:
    return f"{membership.role}@{membership.project.project_id}" if membership.project else membership.role


def _group_role(text: str) -> GroupRole:
    group, _, given = text.rpartition("=")
    name, at, place = given.partition("@")
    account, _, project_id = (part.strip() for part in place.rpartition("/"))
    try:
        role = Role(name.strip())
    except ValueError:
        raise BadRoles(f"{text!r}: {name!r} is none of {', '.join(Role.values)}.") from None
    if not group.strip():
        raise BadRoles(f"{text!r} names no group.")
    if at and (not project_id or ("/" in place and not account)):
        raise BadRoles(f"{text!r}: after @ comes ProjectId or account/ProjectId.")
    if project_id and role == Role.CREDENTIAL_ADMIN:
        raise BadRoles(f"{text!r}: a credential admin is one for all projects.")
    return GroupRole(group=group.strip(), role=role, project_id=project_id, account=account)
