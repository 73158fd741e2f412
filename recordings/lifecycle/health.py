"""How callbacks and storage keys are, for the status page and the dashboard."""

from django.db.models import OuterRef, QuerySet, Subquery

from recordings.models import CallbackEvent, Project, StorageKey, User
from recordings.permissions import projects_where, rows_where
from recordings.trro.event_type import EventType


def callback_health(user: User) -> QuerySet[Project]:
    """The projects this user sees, with `last_callback_at`: the vendor's last callback, without our own tests."""
    events = CallbackEvent.objects.filter(project=OuterRef("pk")).exclude(event_type=EventType.TEST)
    last = events.order_by("-received_at").values("received_at")[:1]
    return projects_where(user, "status.see").annotate(last_callback_at=Subquery(last)).order_by("name")


def current_storage_keys(user: User, permission: str = "credential.names") -> QuerySet[StorageKey]:
    """The current key of every storage this user sees, with its last test."""
    keys = StorageKey.objects.filter(replaced_at=None).select_related("storage").order_by("storage__name")
    return rows_where(keys, user, permission, through="storage__projects")
