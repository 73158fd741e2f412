"""The recordings that need attention, and how many there are."""

from collections.abc import Sequence

from django.db.models import QuerySet

from recordings.lifecycle.unclaimed_rows import capped_count, unclaimed_in
from recordings.models import Recording, UnclaimedTask, User
from recordings.permissions import projects_where
from recordings.row_ids import read_row_id


def needing_attention(user: User, permission: str) -> QuerySet[Recording]:
    """The recordings that need attention, in the projects where the user holds `permission`."""
    return (
        Recording.objects.filter(project__in=projects_where(user, permission))
        .exclude(attention="")
        .select_related("project", "device", "requested_by", "claimed_by")
    )


def unclaimed_tasks(user: User) -> QuerySet[UnclaimedTask]:
    """The unclaimed tasks that need attention, in the projects this user sees."""
    return unclaimed_in(projects_where(user, "recording.see")).select_related("project")


def count_of_attention(user: User) -> str:
    """How many recordings and unclaimed tasks need attention, for the navigation: empty for none, `99+` for more."""
    recordings = needing_attention(user, "recording.see").select_related(None).order_by().values_list("pk")
    tasks = unclaimed_tasks(user).select_related(None).order_by().values_list("pk")
    count = capped_count(recordings.union(tasks, all=True))  # one query: every page counts
    return "" if count == "0" else count


def with_keys(recordings: QuerySet[Recording], keys: Sequence[str]) -> QuerySet[Recording]:
    """Those with these primary keys, given as text from a request; text that is not a key matches nothing."""
    return recordings.filter(pk__in=[pk for pk in map(read_row_id, keys) if pk is not None])
