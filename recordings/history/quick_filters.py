"""The quick filters above the history, each with how many recordings it finds, from an index of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.history.filters import LIVE
from recordings.models import Recording, User
from recordings.permissions import holds
from recordings.web.paging import MAX_COUNTED, capped_counts

MAX_SHOWN = 99
"""Counted no further: "99+"."""
TOTAL = "total"
Total = tuple[int, bool]
"""How many, and whether there are more than were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickFilter:
    """One of them, as the page shows it."""

    key: str
    label: Promise | str
    count: str
    is_set: bool
    query: str
    """The list's query string with it, or without it when it is set."""


def quick_filters(
    user: User, visible: QuerySet[Recording], query: QueryDict, found: QuerySet[Recording] | None = None
) -> tuple[Sequence[QuickFilter], Total]:
    """The quick filters for this user, and how many recordings the list has where `found` is given.

    `query` is that of the list; `visible` is what the user may see. One statement counts all.
    """
    settings = _settings(user)
    counted = {key: (visible.filter(condition), MAX_SHOWN) for key, condition in _conditions(user).items()}
    if found is not None:
        counted[TOTAL] = (found, MAX_COUNTED)
    counts = capped_counts(user, counted)
    total = counts.pop(TOTAL, (0, False))
    shown = [
        QuickFilter(
            key=key,
            label=label,
            count=f"{counts[key][0]}+" if counts[key][1] else str(counts[key][0]),
            is_set=_is_set(query, wanted),
            query=_changed(query, wanted),
        )
        for key, (label, wanted) in settings.items()
    ]
    return shown, total


def is_shown(quick: Sequence[QuickFilter], name: str) -> bool:
    """Whether a set quick filter already says what the filter `name` does."""
    return any(each.is_set and name in OF[each.key] for each in quick)


OF: Mapping[str, Mapping[str, str]] = {
    "live": {"state": LIVE},
    "unknown": {"state": "unknown"},
    "refused": {"state": "refused", "within": "24h"},
    "missing": {"upload_state": "incomplete"},
    "mine": {"requested_by": ""},
}


def _settings(user: User) -> Mapping[str, tuple[Promise, Mapping[str, str]]]:
    """Label and parameters of each. Only who may start recordings has some of their own."""
    labels: Mapping[str, Promise] = {
        "live": _("Live"),
        "unknown": _("Unknown"),
        "refused": _("Refused in 24 h"),
        "missing": _("Files missing"),
        "mine": _("Mine"),
    }
    found = {key: (label, OF[key]) for key, label in labels.items() if key != "mine"}
    if holds(user, "recording.start"):
        found["mine"] = (labels["mine"], {"requested_by": str(user.pk)})
    return found


def _conditions(user: User) -> Mapping[str, Q]:
    day = timezone.now() - timedelta(hours=24)
    return {
        "live": Recording.IS_LIVE,
        "unknown": Q(state="unknown"),
        "refused": Q(state="refused", created_at__gte=day),
        "missing": Q(upload_state="incomplete"),
        "mine": Q(requested_by=user),
    }


def _is_set(query: QueryDict, wanted: Mapping[str, str]) -> bool:
    return all(query.get(name) == value for name, value in wanted.items())


def _changed(query: QueryDict, wanted: Mapping[str, str]) -> str:
    """The query with these parameters; without them when they are set. States replace each other."""
    changed = query.copy()
    changed.pop("after", None)
    was_set = _is_set(query, wanted)
    if "state" in wanted and query.get("state") == "refused":
        changed.pop("within", None)
    for name, value in wanted.items():
        changed.pop(name, None)
        if not was_set:
            changed[name] = value
    return changed.urlencode()
