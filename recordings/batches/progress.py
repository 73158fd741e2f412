"""How far a batch is: its items by state as a bar, the rate, the time left, and what failed, by error code."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.error_catalogue import Explanation, explain
from recordings.lifecycle.batches.queries import counts_by_state, failures_by_code, visible_items
from recordings.models import Batch, BatchItem, CloudAccount, User
from recordings.quota import MARGIN

BAR_WIDTH = 1000
RATE_OVER = timedelta(seconds=10)
State = BatchItem.State

PARTS: Sequence[tuple[str, Promise, Collection[State], str]] = (
    ("accepted", _("Accepted"), (State.ACCEPTED, State.TAKEN_OVER), "good"),
    ("refused", _("Refused"), (State.REFUSED, State.NOT_STARTED), "bad"),
    ("unknown", _("No response"), (State.UNKNOWN,), "warn"),
    ("other", pgettext_lazy("batch", "Skipped or cancelled"), (State.SKIPPED, State.CANCELLED, State.CLOSED), "idle"),
    ("sending", _("Sending"), (State.SENDING,), "busy"),
    ("queued", _("Queued"), (State.QUEUED,), "rest"),
)
"""The parts of the bar in their order: what is done first, what is still to do last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the bar: `x` and `width` of BAR_WIDTH."""

    key: str
    label: Promise
    tone: str
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Items that failed with one error code: how many, what it means and who can do something about it."""

    code: str
    number: int
    explanation: Explanation
    may_be_repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a batch is."""

    parts: Sequence[Part]
    total: int
    rate: float
    """Calls a second in the last ten seconds."""
    seconds_left: int | None
    """At the quota; None when nothing is queued."""
    failures: Sequence[Failures]

    @property
    def left(self) -> int:
        return sum(part.number for part in self.parts if part.key in {"queued", "sending"})

    @property
    def queued(self) -> int:
        return self.number("queued")

    @property
    def done(self) -> int:
        return self.total - self.left

    def number(self, key: str) -> int:
        return next(part.number for part in self.parts if part.key == key)


def progress_of(batch: Batch, *, user: User, now: datetime) -> Progress:
    """How far the batch is, as far as this user may see it."""
    items = visible_items(user, batch)
    counts = counts_by_state(items)
    recent = items.filter(changed_at__gte=now - RATE_OVER).exclude(state__in=[State.QUEUED, State.SKIPPED]).count()
    return Progress(
        parts=bar(counts),
        total=sum(counts.values()),
        rate=recent / RATE_OVER.total_seconds() if batch.state == Batch.State.RUNNING else 0.0,
        seconds_left=_seconds_left(batch, user) if counts.get(State.QUEUED) else None,
        failures=[
            Failures(code=code, number=number, explanation=explain(code), may_be_repeated=state in BatchItem.REPEATABLE)
            for state, code, number in failures_by_code(items)
            if code
        ],
    )


def bar(counts: Mapping[str, int]) -> Sequence[Part]:
    """The bar of these numbers by state."""
    total, x, parts = sum(counts.values()) or 1, 0.0, []
    for key, label, states, tone in PARTS:
        number = sum(counts.get(state, 0) for state in states)
        width = BAR_WIDTH * number / total
        parts.append(Part(key=key, label=label, tone=tone, number=number, x=x, width=width))
        x += width
    return parts


def bars_of(batches: Collection[Batch]) -> Mapping[int, Sequence[Part]]:
    """The bars of a page of batches: one query."""
    counts: dict[int, dict[str, int]] = {batch.pk: {} for batch in batches}
    rows = BatchItem.objects.filter(batch__in=counts).order_by().values_list("batch", "state")
    for key, state, number in rows.annotate(number=Count("pk")):
        counts[key][state] = number
    return {key: bar(found) for key, found in counts.items()}


def states_of(key: str) -> Collection[State]:
    """The states that a part of the bar stands for."""
    return next(states for name, _label, states, _tone in PARTS if name == key)


def _seconds_left(batch: Batch, user: User) -> int:
    queued = visible_items(user, batch).filter(state=State.QUEUED).order_by()
    numbers = dict(queued.values_list("account").annotate(number=Count("pk")))
    accounts = CloudAccount.objects.filter(pk__in=numbers).only("pk", "calls_per_second")
    return max((ceil(numbers[each.pk] / (each.calls_per_second * MARGIN)) for each in accounts), default=0)
