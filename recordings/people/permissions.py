"""Who may what: the table of roles, asked through `user.has_perm(permission, project)`.

Without a project the question is "anywhere at all?", which opens the page; with one it is about that project.
"""

from django.db.models import QuerySet
from rules.permissions import add_perm
from rules.predicates import predicate

from recordings.models import Project, Role, User

OPERATOR, ADMIN, AUDITOR = Role.OPERATOR, Role.CREDENTIAL_ADMIN, Role.AUDITOR

TABLE: dict[str, frozenset[Role]] = {
    "recording.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "recording.start": frozenset({OPERATOR}),
    "recording.stop": frozenset({OPERATOR}),
    "recording.decide": frozenset({OPERATOR}),
    "fleet.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "fleet.change": frozenset({ADMIN}),
    "profile.see": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "profile.change": frozenset({ADMIN}),
    "credential.names": frozenset({OPERATOR, ADMIN, AUDITOR}),
    "credential.change": frozenset({ADMIN}),
}


def holds(user: User, permission: str, project: Project | None = None) -> bool:
    """Whether one of the user's roles grants `permission` in `project`, or anywhere when none is given."""
    if not user.is_authenticated:
        return False
    return any(
        membership.role in TABLE[permission]
        and (project is None or membership.project_id is None or membership.project_id == project.pk)
        for membership in user.held
    )


def projects_where(user: User, permission: str) -> QuerySet[Project]:
    """The projects in which the user holds `permission`: what every list and every lookup is scoped by."""
    granting = [membership for membership in user.held if membership.role in TABLE[permission]]
    if any(membership.project_id is None for membership in granting):
        return Project.objects.all()
    return Project.objects.filter(pk__in=[membership.project_id for membership in granting])


def _register(permission: str) -> None:
    """Let `user.has_perm` and templates ask the table too."""

    @predicate(name=permission)
    def granted(user: User, project: Project | None = None) -> bool:
        return holds(user, permission, project)

    add_perm(permission, granted)


for _permission in TABLE:
    _register(_permission)
