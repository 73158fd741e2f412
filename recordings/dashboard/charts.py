"""Starts by hour and by day as bars, drawn by the server, and refusals by error code.

Everything comes from the hourly counts, so that it costs the same however long the history is.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from recordings.dashboard.links import history_between
from recordings.lifecycle.hourly_counts import start_of_hour
from recordings.models import HourlyCount

Outcome = HourlyCount.Outcome
ORDER = (Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.REFUSED)
"""From the bottom of a bar to its top."""
HEIGHT, STEP, GAP = 100, 10, 1
"""Of the drawing, in its own units: it is stretched to the place it has."""
LOWEST = 2.0
"""The height of what is little but not nothing."""
HOURS, DAYS = 24, 30
MAX_CODES = 6

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The starts of one outcome in a bar."""

    outcome: Outcome
    count: int
    y: float
    height: float
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBar:
    """One hour or day."""

    label: str
    title: str
    x: int
    segments: Sequence[Segment]
    is_labelled: bool

    def segment(self, outcome: str) -> Segment | None:
        return next((each for each in self.segments if each.outcome == outcome), None)

    @property
    def cells(self) -> Sequence[Segment | None]:
        """A cell for each outcome, for the table."""
        return [self.segment(outcome) for outcome in ORDER]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """All starts of one outcome in a chart."""

    outcome: Outcome
    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars with a scale."""

    bars: Sequence[ChartBar]
    totals: Sequence[Total]
    top: int
    """The number at the upper end of the scale."""

    @property
    def half(self) -> int:
        return self.top // 2

    @property
    def width(self) -> int:
        return len(self.bars) * STEP

    @property
    def bar_width(self) -> int:
        return STEP - 2 * GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How often an error code refused a start."""

    code: str
    count: int
    percent: int
    """Of the most frequent code."""
    url: str


def hours_chart(projects: Collection[int], now: datetime) -> Chart:
    """The last 24 hours, this one included."""
    first = start_of_hour(now) - timedelta(hours=HOURS - 1)
    rows = HourlyCount.objects.filter(project__in=projects, hour__gte=first).order_by()
    counts = _counts(rows.values_list("hour", "outcome").annotate(count=Sum("count")))
    spans = [(first + timedelta(hours=n), first + timedelta(hours=n + 1)) for n in range(HOURS)]
    labels = [f"{timezone.localtime(since):%H:%M}" for since, _until in spans]
    titles = [f"{timezone.localtime(since):%H:%M} – {timezone.localtime(until):%H:%M}" for since, until in spans]
    labelled = [n for n, (since, _until) in enumerate(spans) if timezone.localtime(since).hour % 3 == 0]
    return _chart(spans, [counts[since] for since, _until in spans], labels, titles, labelled)


def days_chart(projects: Collection[int], now: datetime) -> Chart:
    """The last 30 days of the page's time zone, today included."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=DAYS - 1)
    rows = HourlyCount.objects.filter(project__in=projects, hour__gte=first).order_by()
    counts = _counts(rows.annotate(day=TruncDate("hour")).values_list("day", "outcome").annotate(count=Sum("count")))
    spans = [(first + timedelta(days=n), first + timedelta(days=n + 1)) for n in range(DAYS)]
    # Translators: a day of this year, in Django's format characters
    labels = [date_format(since, pgettext("date format", "j M")) for since, _until in spans]
    return _chart(spans, [counts[since.date()] for since, _until in spans], labels, labels, range(2, DAYS, 5))


def refusals(projects: Collection[int], now: datetime) -> Sequence[Refusals]:
    """The most frequent error codes of the last 24 hours."""
    until = start_of_hour(now) + timedelta(hours=1)
    since = until - timedelta(hours=HOURS)
    refused = HourlyCount.objects.filter(project__in=projects, hour__gte=since, outcome=Outcome.REFUSED)
    rows = refused.order_by().values_list("error_code").annotate(count=Sum("count")).order_by("-count", "error_code")
    found = list(rows[:MAX_CODES])
    return [
        Refusals(
            code=code,
            count=count,
            percent=round(100 * count / found[0][1]),
            url=history_between(since, until, outcome=Outcome.REFUSED.value, error_code=code),
        )
        for code, count in found
    ]


def _counts(rows: Iterable[tuple[object, str, int]]) -> Mapping[object, Counter[str]]:
    counts: dict[object, Counter[str]] = defaultdict(Counter)
    for when, outcome, count in rows:
        counts[when][outcome] = count
    return counts


def _chart(
    spans: Sequence[tuple[datetime, datetime]],
    counts: Sequence[Counter[str]],
    labels: Sequence[str],
    titles: Sequence[str],
    labelled: Collection[int],
) -> Chart:
    top = _nice(max((each.total() for each in counts), default=0))
    bars = [
        ChartBar(
            label=labels[n],
            title=titles[n],
            x=n * STEP + GAP,
            segments=_segments(counts[n], top, span),
            is_labelled=n in labelled,
        )
        for n, span in enumerate(spans)
    ]
    since, until = spans[0][0], spans[-1][1]
    totals = [
        Total(
            outcome=outcome,
            count=sum(each[outcome] for each in counts),
            url=history_between(since, until, outcome=outcome.value),
        )
        for outcome in ORDER
    ]
    return Chart(bars=bars, totals=totals, top=top)


def _segments(counts: Counter[str], top: int, span: tuple[datetime, datetime]) -> Sequence[Segment]:
    segments: list[Segment] = []
    base = float(HEIGHT)
    for outcome in ORDER:
        if not (count := counts[outcome]):
            continue
        height = max(LOWEST, HEIGHT * count / top)
        base -= height
        url = history_between(*span, outcome=outcome.value)
        segments.append(Segment(outcome=outcome, count=count, y=round(base, 2), height=round(height, 2), url=url))
    return segments


def _nice(most: int) -> int:
    """The smallest of 4, 10, 20, 40, 100, 200 … that is not below `most`: its half is a whole number too."""
    top = 4
    while top < most:
        top = top * 5 // 2 if str(top)[0] == "4" else top * 2
    return top
