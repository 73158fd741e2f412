"""The recordings that need attention, in the order of the money at risk, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, When

from recordings.domain.attention_reasons import BY_RISK
from recordings.lifecycle.unclaimed_rows import CappedCount, as_capped, unclaimed_in
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


def by_risk(recordings: QuerySet[Recording]) -> QuerySet[Recording]:
    """In the order of the money at risk, the newest of each reason first."""
    places = [When(attention=reason, then=place) for place, reason in enumerate(BY_RISK)]
    risk = Case(*places, default=len(BY_RISK), output_field=IntegerField())
    return recordings.annotate(risk=risk).order_by("risk", "-attention_at", "-pk")


def after_row(recordings: QuerySet[Recording], reason: str, attention_at: datetime, pk: int) -> QuerySet[Recording]:
    """Those of `by_risk` that come after a row with these values."""
    older = Q(attention_at__lt=attention_at) | Q(attention_at=attention_at, pk__lt=pk)
    return recordings.filter(Q(attention__in=BY_RISK[BY_RISK.index(reason) + 1 :]) | Q(attention=reason) & older)


def unclaimed_tasks(user: User) -> QuerySet[UnclaimedTask]:
    """The unclaimed tasks that need attention, in the projects this user sees."""
    return unclaimed_in(projects_where(user, "recording.see")).select_related("project")


@dataclass(frozen=True, slots=True, kw_only=True)
class Badges:
    """The numbers in the navigation: empty for none, `99+` for more."""

    attention: str
    """Recordings and unclaimed tasks that need attention."""
    unclaimed: str


def badges_of(user: User) -> Badges:
    """What waits for this user, in one query, since every page counts it."""
    recordings, tasks = User.objects.values_list(
        CappedCount(needing_attention(user, "recording.see")), CappedCount(unclaimed_tasks(user))
    ).get(pk=user.pk)
    return Badges(attention=_badge(recordings + tasks), unclaimed=_badge(tasks))


def _badge(count: int) -> str:
    return as_capped(count) if count else ""


def with_keys(recordings: QuerySet[Recording], keys: Sequence[str]) -> QuerySet[Recording]:
    """Those with these primary keys, given as text from a request; text that is not a key matches nothing."""
    return recordings.filter(pk__in=[pk for pk in map(read_row_id, keys) if pk is not None])
