"""Entries as a page shows them: in words, with links to their targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from recordings.audit.labels import action_label, target_type_label
from recordings.audit_log.record import SYSTEM
from recordings.models import AuditEntry, Project, User
from recordings.permissions import projects_where

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "Recording": "recording",
        "Project": "project",
        "Device": "device",
        "RecordingProfile": "profile",
        "CloudAccount": "account",
        "StorageCredential": "storage",
        "User": "person",
    }
)
"""The URL name of the page of a target's type. An export has none here: only its requester can see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry in words. `target_url` is empty where the target has no page."""

    entry: AuditEntry
    who: str
    what: str
    target_type: str
    target_url: str
    project: str


def lines_of(entries: Sequence[AuditEntry], user: User) -> list[Line]:
    """Each entry in words; projects by the name that they have now, if this person sees them."""
    ids = {entry.project_id for entry in entries if entry.project_id}
    seen = projects_where(user, "audit.see").filter(project_id__in=ids) if ids else Project.objects.none()
    names = {project.project_id: str(project) for project in seen}
    return [
        Line(
            entry=entry,
            who=_who(entry.actor),
            what=action_label(entry.action),
            target_type=target_type_label(entry.target_type),
            target_url=_page_of(entry),
            project=names.get(entry.project_id, entry.project_id),
        )
        for entry in entries
    ]


def _who(actor: str) -> str:
    return {"": _("Not signed in"), SYSTEM: _("System")}.get(actor, actor)


def _page_of(entry: AuditEntry) -> str:
    name = PAGES.get(entry.target_type)
    if not name or not entry.target_id:
        return ""
    try:
        return reverse(name, args=[entry.target_id])
    except NoReverseMatch:  # an id that no page has
        return ""
