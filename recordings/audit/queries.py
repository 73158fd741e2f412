"""The audit trail as a user may read it: which entries, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from recordings.audit_log.chain import follows
from recordings.models import AuditCheck, AuditEntry, Project, User
from recordings.permissions import holds_everywhere, projects_where


def visible_entries(user: User, permission: str = "audit.see") -> QuerySet[AuditEntry]:
    """The entries for which this person holds `permission`, the newest first.

    A user who holds it in all projects sees every entry; others do not see entries without a project.
    """
    entries = AuditEntry.objects.order_by("-sequence")
    if holds_everywhere(user, permission):
        return entries
    return entries.filter(project_id__in=_ids_of(projects_where(user, permission)))


def _ids_of(projects: QuerySet[Project]) -> Iterable[str]:
    """The vendor's ids of `projects`, without those that a project elsewhere has too: an entry has only this id."""
    own = set(projects.values_list("project_id", flat=True))
    elsewhere = Project.objects.filter(project_id__in=own).exclude(pk__in=projects.values("pk"))
    return own - set(elsewhere.values_list("project_id", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry's place in the chain. `previous_mac` is empty for the first, and for one whose predecessor is gone."""

    previous_mac: str
    follows: bool
    before: int | None
    after: int | None
    """The entries beside it that the reader may see."""


def place_of(entry: AuditEntry, user: User) -> Place:
    """Whether the entry follows from the one before it, and who stands beside it."""
    beside = {each.sequence: each for each in _beside(AuditEntry.objects.all(), entry)}
    seen = set(_beside(visible_entries(user), entry).values_list("sequence", flat=True))
    before, after = entry.sequence - 1, entry.sequence + 1
    previous_mac = beside[before].mac if before in beside else ""
    return Place(
        previous_mac=previous_mac,
        follows=(before in beside or entry.sequence == 1) and follows(entry, previous_mac),
        before=before if before in seen else None,
        after=after if after in seen else None,
    )


def _beside(entries: QuerySet[AuditEntry], entry: AuditEntry) -> QuerySet[AuditEntry]:
    return entries.filter(sequence__in=[entry.sequence - 1, entry.sequence + 1])


def last_checks(most: int) -> QuerySet[AuditCheck]:
    """The newest checks of the whole trail."""
    return AuditCheck.objects.order_by("-requested_at")[:most]
