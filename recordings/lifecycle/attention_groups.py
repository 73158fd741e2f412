"""What needs attention, grouped by its reason: for its own page, and the first few for the dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.domain.attention_reasons import BY_RISK, UNCLAIMED
from recordings.lifecycle.advice import ADVICE
from recordings.lifecycle.attention_queries import by_risk, needing_attention, unclaimed_tasks
from recordings.lifecycle.queries import with_ends
from recordings.lifecycle.streams import attach_others
from recordings.models import Attention, Recording, UnclaimedTask, User

SERIOUS = frozenset({Attention.DOUBLED, Attention.RUNS_ON, Attention.STOP_REFUSED, Attention.FAILED})
"""Reasons shown as bad: something certainly went wrong. The others may turn out to be nothing."""

SHORT: Mapping[str, Promise] = MappingProxyType(
    {
        Attention.DOUBLED: _("May be running twice"),
        Attention.UNKNOWN: _("No response"),
        Attention.CANNOT_LIST: _("No response"),
        UNCLAIMED: _("Unclaimed task"),
        Attention.RUNS_ON: _("Still running"),
        Attention.STOP_REFUSED: _("Stop failed"),
        Attention.NOT_STOPPING: _("Stop not confirmed"),
        Attention.NOT_SENT: _("Not sent"),
        Attention.NOT_RECORDING: _("Recorder silent"),
        Attention.SILENT: _("Probably ended"),
        Attention.FAILED: _("Failed to start"),
        Attention.UPLOAD_LATE: _("Files late"),
    }
)
"""The reasons in two or three words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionGroup:
    """The recordings, or unclaimed tasks, of a list that need attention for one reason."""

    reason: str
    recordings: Sequence[Recording] = ()
    tasks: Sequence[UnclaimedTask] = ()
    count: str = ""
    """How many there are on all pages, as text; empty where that is not known."""

    @property
    def label(self) -> Promise | str:
        return _("Unclaimed tasks") if self.reason == UNCLAIMED else Attention(self.reason).label

    @property
    def short(self) -> Promise:
        return SHORT[self.reason]

    @property
    def tone(self) -> str:
        return "bad" if self.reason in SERIOUS else "warn"

    @property
    def advice(self) -> Promise | str:
        return ADVICE.get(self.reason, "")


def attention_groups(
    recordings: Sequence[Recording], tasks: Sequence[UnclaimedTask], counts: Mapping[str, str] | None = None
) -> Sequence[AttentionGroup]:
    """The reasons that occur, in the order of the money at risk, each with its rows in the order given."""
    groups = (
        AttentionGroup(
            reason=reason,
            recordings=[row for row in recordings if row.attention == reason],
            tasks=tasks if reason == UNCLAIMED else (),
            count=(counts or {}).get(reason, ""),
        )
        for reason in BY_RISK
    )
    return [group for group in groups if group.recordings or group.tasks]


def most_urgent(user: User, limit: int) -> Sequence[AttentionGroup]:
    """The first `limit` of what needs attention in the projects this user sees, ready to be shown.

    Reads no more than `limit` rows of each kind.
    """
    recordings = list(with_ends(by_risk(needing_attention(user, "recording.see")))[:limit])
    groups, left = [], limit
    for group in attention_groups(recordings, list(unclaimed_tasks(user)[:limit])):
        shown, tasks = group.recordings[:left], group.tasks[:left]
        if shown or tasks:
            groups.append(AttentionGroup(reason=group.reason, recordings=shown, tasks=tasks))
        left -= len(shown) + len(tasks)
    attach_others([row for group in groups for row in group.recordings])
    return groups
