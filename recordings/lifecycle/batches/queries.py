"""Which batches a user sees, and how far they are."""

from collections.abc import Mapping

from django.db.models import Count, QuerySet

from recordings.models import Batch, BatchItem, User
from recordings.permissions import projects_where, rows_where


def visible_batches(user: User, permission: str = "batch.see") -> QuerySet[Batch]:
    """The batches with a project in which this user holds `permission`, newest first."""
    found = rows_where(Batch.objects.all(), user, permission, through="projects")
    return found.select_related("requested_by", "confirmed_by").order_by("-created_at", "-id")


def visible_items(user: User, batch: Batch, permission: str = "batch.see") -> QuerySet[BatchItem]:
    """Those items of the batch whose project the user holds `permission` in, in the order of sending."""
    return items_of_all_batches(user, permission).filter(batch=batch)


def items_of_all_batches(user: User, permission: str = "batch.see") -> QuerySet[BatchItem]:
    """The items of all batches in projects in which the user holds `permission`, by batch in the order of sending."""
    items = BatchItem.objects.filter(project__in=projects_where(user, permission))
    return items.select_related("project", "device", "recording").order_by("batch", "position")


def counts_by_state(items: QuerySet[BatchItem]) -> Mapping[str, int]:
    """How many of the items are in each state; states without items are missing."""
    return dict(items.order_by().values_list("state").annotate(Count("pk")))


def failures_by_code(items: QuerySet[BatchItem]) -> list[tuple[str, str, int]]:
    """What was refused or is unknown, grouped: state, error code and number, the most frequent first."""
    failed = items.filter(state__in=[*BatchItem.REPEATABLE, BatchItem.State.UNKNOWN]).order_by()
    grouped = failed.values_list("state", "error_code").annotate(number=Count("pk"))
    return sorted(grouped, key=lambda each: (-each[2], each[0], each[1]))
