"""All that the dashboard shows at one moment, and its version: the same version means the same page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.utils.translation import get_language

from recordings.dashboard.charts import Chart, Refusals, days_chart, hours_chart, refusals
from recordings.dashboard.checklist import Step, checklist_for
from recordings.dashboard.figures import Figures, figures_of
from recordings.dashboard.health import HealthItem, health_of
from recordings.dashboard.role_cards import Card, cards_for
from recordings.dashboard.tiles import Wall, wall_of
from recordings.dashboard.view import View
from recordings.lifecycle.advice import note_on
from recordings.lifecycle.attention_groups import AttentionGroup, most_urgent
from recordings.lifecycle.live_status import live_status_of
from recordings.lifecycle.streams import running_in, streams_by_device
from recordings.models import User
from recordings.permissions import projects_where

MOST_URGENT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The parts of the dashboard."""

    figures: Figures
    cards: Sequence[Card]
    health: Sequence[HealthItem]
    groups: Sequence[AttentionGroup]
    wall: Wall
    hours: Chart
    days: Chart
    refusals: Sequence[Refusals]
    steps: Sequence[Step]
    may_stop_in: frozenset[int]
    may_decide_in: frozenset[int]
    version: str = ""

    @property
    def urgency(self) -> str:
        """The tone of the worst of what needs attention; empty while nothing does."""
        tones = {group.tone for group in self.groups}
        return "bad" if "bad" in tones else "warn" if tones else ""


def board_of(user: User, view: View, now: datetime) -> Board:
    """Everything for the projects this user sees. Its cost does not grow with the history."""
    projects = _projects(user, "recording.see")
    running = running_in(projects)
    streams = streams_by_device(running, now)
    parts: Mapping[str, object] = {
        "figures": figures_of(user, projects, running),
        "cards": cards_for(user, projects, now),
        "health": health_of(user, now),
        "groups": most_urgent(user, MOST_URGENT),
        "wall": wall_of(projects, streams, show=view.show, page=view.page, length=view.length),
        "hours": hours_chart(projects, now),
        "days": days_chart(projects, now),
        "refusals": refusals(projects, now),
        "steps": checklist_for(user, projects),
        "may_stop_in": _projects(user, "recording.stop"),
        "may_decide_in": _projects(user, "recording.decide"),
    }
    return Board(**parts, version=_version(parts, now))  # type: ignore[arg-type]


def _projects(user: User, permission: str) -> frozenset[int]:
    return frozenset(projects_where(user, permission).values_list("pk", flat=True))


def _version(parts: Mapping[str, object], now: datetime) -> str:
    """A digest of everything that is shown, and of its language."""
    shown = {name: part for name, part in parts.items() if name != "groups"}
    groups: Sequence[AttentionGroup] = parts["groups"]  # type: ignore[assignment]
    needing = [
        (
            *(row.pk, row.attention, row.attention_at, live_status_of(row, now), row.offers_stop),
            *(str(row.device), str(row.project), str(note_on(row)), [other.pk for other in row.others]),
        )
        for group in groups
        for row in group.recordings
    ]
    tasks = [(task.pk, task.has_left, task.last_reported_at) for group in groups for task in group.tasks]
    return blake2b(repr((get_language(), shown, needing, tasks)).encode(), digest_size=8).hexdigest()
