"""Who may do what: the table of roles, read through `holds(user, permission, project)`.

Without a project it means "in any project", which opens a page; with one it means that project.
Django's own permissions and its superuser flag grant nothing here.
"""

from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet

from recordings.models import Membership, Project, Role, User

M = TypeVar("M", bound=Model)

OPERATOR, ADMIN, AUDITOR = Role.OPERATOR, Role.CREDENTIAL_ADMIN, Role.AUDITOR

TABLE: dict[str, frozenset[Role]] = {
    "recording.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "view.save": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "recording.start": frozenset({OPERATOR}),
    "recording.stop": frozenset({OPERATOR}),
    "recording.decide": frozenset({OPERATOR}),
    "batch.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "batch.create": frozenset({OPERATOR}),
    "batch.control": frozenset({OPERATOR}),
    "batch.confirm": frozenset({OPERATOR}),
    "status.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "file.watch": frozenset({OPERATOR, AUDITOR}),
    "fleet.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "fleet.change": frozenset({ADMIN}),
    "profile.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "profile.change": frozenset({ADMIN}),
    "credential.names": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "credential.change": frozenset({ADMIN}),
    "people.see": frozenset({ADMIN, AUDITOR}),
    "people.change": frozenset({ADMIN}),
    "audit.see": frozenset({ADMIN, AUDITOR}),
    "audit.verify": frozenset({AUDITOR}),
    "audit.export": frozenset({AUDITOR}),
    "recording.export": frozenset({OPERATOR, ADMIN, AUDITOR}),
}

ON_DISPLAY = frozenset({"recording.see", "status.see", "fleet.see"})
"""All that the session of a wall display may do, whatever the user's roles."""


def granting(user: User, permission: str) -> list[Membership]:
    """Those of the user's memberships that grant `permission`; in a display session most grant nothing."""
    if not user.is_authenticated or (user.is_display and permission not in ON_DISPLAY):
        return []
    return [membership for membership in user.held if membership.role in TABLE[permission]]


def holds(user: User, permission: str, project: Project | None = None) -> bool:
    """Whether one of the user's roles grants `permission` in `project`, or anywhere when none is given."""
    return any(
        project is None or membership.project_id is None or membership.project_id == project.pk
        for membership in granting(user, permission)
    )


def demand(user: User, permission: str, project: Project | None = None) -> None:
    """Raise PermissionDenied unless the user holds `permission`, in `project` when one is given."""
    if not holds(user, permission, project):
        raise PermissionDenied


def holds_everywhere(user: User, permission: str) -> bool:
    """Whether one of the user's roles grants `permission` in all projects, future ones included."""
    return any(membership.project_id is None for membership in granting(user, permission))


def projects_where(user: User, permission: str) -> QuerySet[Project]:
    """The projects in which the user holds `permission`: what every list and every lookup is scoped by."""
    if holds_everywhere(user, permission):
        return Project.objects.all()
    return Project.objects.filter(pk__in=[each.project_id for each in granting(user, permission)])


def in_projects(rows: QuerySet[M], user: User, permission: str) -> QuerySet[M]:
    """Those of `rows`, which have a project, whose project the user holds `permission` in.

    Without a subquery: a database that joins the projects to a long table estimates its pages wrongly.
    """
    if holds_everywhere(user, permission):
        return rows
    return rows.filter(project__in={each.project_id for each in granting(user, permission)})


def rows_where(rows: QuerySet[M], user: User, permission: str, *, through: str) -> QuerySet[M]:
    """Those of `rows` that `through` ties to a project in which the user holds `permission`.

    A user who holds it in all projects gets every row, also one that no project uses yet.
    """
    if holds_everywhere(user, permission):
        return rows
    tied = rows.model._default_manager.filter(**{f"{through}__in": projects_where(user, permission)})
    return rows.filter(pk__in=tied.values("pk"))
