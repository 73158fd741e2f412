"""The numbers at the top of the dashboard: what records, what needs attention, and how much room there is."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from recordings.lifecycle.attention_queries import badges_of, needing_attention, unclaimed_tasks
from recordings.models import CloudAccount, Recording, User

State = Recording.State
NEARLY_FULL, FULL = 80, 95
"""Percent of an account's limit from which its bar warns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many recordings of an account run at once, of how many that may."""

    name: str
    url: str
    live: int
    limit: int

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.live / self.limit))

    @property
    def tone(self) -> str:
        return "bad" if self.percent >= FULL else "warn" if self.percent >= NEARLY_FULL else "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers that every role sees. A capped number is text, such as `99+`."""

    recording: int
    """Accepted by Tencent Cloud and not known to be over."""
    starting: int
    unknown: int
    """No response to the start: it may be recording."""
    attention: str
    attention_since: datetime | None
    unclaimed: str
    unclaimed_since: datetime | None
    capacities: Sequence[Capacity]

    @property
    def live(self) -> int:
        return self.recording + self.starting + self.unknown


def figures_of(user: User, projects: Collection[int], running: Sequence[Recording]) -> Figures:
    """The numbers of these projects, of which `running` is all that runs or may run."""
    states = Counter(each.state for each in running if each.is_live)
    badges = badges_of(user)
    needing = needing_attention(user, "recording.see").select_related(None).order_by()
    tasks = unclaimed_tasks(user).select_related(None).order_by()
    return Figures(
        recording=states[State.ACCEPTED] + states[State.RECORDING] + states[State.STOPPING],
        starting=states[State.QUEUED] + states[State.SENDING],
        unknown=states[State.UNKNOWN],
        attention=badges.attention or "0",
        attention_since=needing.aggregate(since=Min("attention_at"))["since"],
        unclaimed=badges.unclaimed or "0",
        unclaimed_since=tasks.aggregate(since=Min("first_reported_at"))["since"],
        capacities=_capacities(projects),
    )


def _capacities(projects: Collection[int]) -> Sequence[Capacity]:
    """The accounts of these projects. All that runs in an account takes its room, also what this user may not see."""
    accounts = list(CloudAccount.objects.filter(projects__in=projects, retired_at=None).distinct())
    sent = Recording.objects.filter(Recording.IS_LIVE).exclude(state=State.QUEUED)
    # Counted here: by account, SQLite would read the whole history
    live = Counter(sent.order_by().values_list("account", flat=True))
    return [
        Capacity(name=each.name, url=each.get_absolute_url(), live=live[each.pk], limit=each.live_limit)
        for each in accounts
    ]
