"""Counts the starts of each hour by outcome: the worker does so every few seconds.

The counts are derived from the recordings, through their index by time, so that a start costs nothing more, a count
can be repeated at will, and one that was missed is made up for. Only the latest hours are counted again and again.
Of older hours nothing changes but a start without response, whose TaskId may still be found: hours that have one are
counted again now and then.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncHour

from recordings.models import HourlyCount, Recording

KEPT = timedelta(days=31)
"""How far back hours are counted: what the longest chart shows, and a day."""
RECENT = timedelta(hours=1)
"""A start is over, or cancelled, long before this."""
AGAIN = timedelta(minutes=10)
"""How long after its last count an hour with starts without response is counted again."""
AT_ONCE = 20
"""Such hours in one turn."""
EVERY = timedelta(seconds=10)

Outcome = HourlyCount.Outcome
NO_TASK = ("unknown", "not_started", "closed")
"""The states of a start that may have been carried out, as far as was known, and has no TaskId."""


def with_outcome(recordings: QuerySet[Recording], outcome: str) -> QuerySet[Recording]:
    """Those of `recordings` that were requested here and whose start had this outcome."""
    return recordings.filter(_RULES[Outcome(outcome)], origin__in=Recording.REQUESTED)


def recount(now: datetime) -> int:
    """Count the hours that may have changed; the number of rows that are stored for them."""
    hour = start_of_hour(now)
    latest = HourlyCount.objects.order_by("-hour").values_list("hour", flat=True).first()
    since = max(min(hour - RECENT, latest or hour - KEPT), hour - KEPT)
    stored = _count(since, hour + timedelta(hours=1), now)
    return stored + sum(_count(each, each + timedelta(hours=1), now) for each in _hours_to_repeat(since, now))


def start_of_hour(moment: datetime) -> datetime:
    """The full hour of UTC in which a moment lies."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _hours_to_repeat(until: datetime, now: datetime) -> list[datetime]:
    """Older hours with starts without response, those that were counted longest ago."""
    unknown = HourlyCount.objects.filter(outcome=Outcome.UNKNOWN, counted_at__lt=now - AGAIN)
    within = unknown.filter(hour__lt=until, hour__gte=until - KEPT)
    return sorted(set(within.order_by("counted_at").values_list("hour", flat=True)[:AT_ONCE]))


def _count(since: datetime, until: datetime, now: datetime) -> int:
    """Replace what is stored for the hours from `since` until before `until`; the number of rows."""
    with transaction.atomic():
        stored = {_key(row): row.pk for row in HourlyCount.objects.filter(hour__gte=since, hour__lt=until)}
        rows = _counted(since, until, now)
        HourlyCount.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["hour", "project", "outcome", "error_code"],
            update_fields=["count", "counted_at"],
        )
        if gone := stored.keys() - {_key(row) for row in rows}:
            HourlyCount.objects.filter(pk__in=[stored[key] for key in gone]).delete()
    return len(rows)


def _key(row: HourlyCount) -> tuple[datetime, int, str, str]:
    return row.hour, row.project_id, row.outcome, row.error_code


def _counted(since: datetime, until: datetime, now: datetime) -> list[HourlyCount]:
    """The rows to store, in the order in which every worker writes them."""
    requested = Recording.objects.filter(created_at__gte=since, created_at__lt=until, origin__in=Recording.REQUESTED)
    outcomes = [When(rule, then=Value(outcome.value)) for outcome, rule in _RULES.items()]
    counts = (
        requested.annotate(hour=TruncHour("created_at", tzinfo=UTC), outcome=Case(*outcomes, default=Value("")))
        .exclude(outcome="")
        .annotate(code=Case(When(outcome=Outcome.REFUSED, then=F("error_code")), default=Value("")))
        .values_list("hour", "project", "outcome", "code")
        .annotate(count=Count("pk"))
        .order_by("hour", "project", "outcome", "code")
    )
    return [
        HourlyCount(hour=hour, project_id=project, outcome=outcome, error_code=code, count=count, counted_at=now)
        for hour, project, outcome, code, count in counts
    ]


_RULES = {
    Outcome.REFUSED: Q(state="refused"),
    Outcome.ACCEPTED: ~Q(task_id="") & ~Q(state="refused"),
    Outcome.UNKNOWN: Q(task_id="", state__in=NO_TASK),
}
"""Those that are queued, being sent or cancelled have no outcome."""
