"""Recordings that were requested after a list was shown: how many there are, without reading the history again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from recordings.models import Recording
from recordings.row_ids import read_row_id

MARGIN = timedelta(seconds=30)
"""A row may be committed this much later than the moment it carries."""
MAX_KNOWN = 100
MAX_READ = 500
"""Of what is newer: beyond this only "new recordings" is said, without a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a list could show: everything up to `since`, and after it the recordings with the keys in `known`."""

    since: datetime
    known: tuple[int, ...]

    @classmethod
    def of(cls, visible: QuerySet[Recording]) -> Self:
        """The mark of now. `visible` is what the user may see, newest first, before any filter."""
        newest = list(visible.values_list("created_at", "pk")[:MAX_KNOWN])
        if not newest:
            return cls(since=timezone.now() - MARGIN, known=())
        since = newest[0][0] - MARGIN
        if len(newest) == MAX_KNOWN:
            since = max(since, newest[-1][0])
        return cls(since=since, known=tuple(pk for created_at, pk in newest if created_at > since))

    def with_rows(self, shown: Iterable[Recording]) -> Self:
        """The same, with the rows of a page that was read after it."""
        newer = (row.pk for row in shown if row.created_at > self.since)
        return replace(self, known=tuple({*self.known, *newer}))

    @classmethod
    def read(cls, query: QueryDict) -> Self | None:
        """The mark that came with a request; None when it is missing or invalid."""
        try:
            since = parse_datetime(query.get("newer_than", ""))
            if since is None or timezone.is_naive(since):
                return None
            since = since.astimezone(UTC)
        except (ValueError, OverflowError):  # the 31st of February, or a moment before the first year
            return None
        known = [pk for pk in map(read_row_id, query.get("known", "").split(",")[: 2 * MAX_KNOWN]) if pk is not None]
        return cls(since=since, known=tuple(known))

    def as_query(self) -> dict[str, str]:
        """The mark as query parameters, from which `read` makes it again."""
        return {"newer_than": self.since.isoformat(), "known": ",".join(map(str, self.known))}


def newer_than(mark: Mark, visible: QuerySet[Recording]) -> tuple[list[int], bool]:
    """The keys of recordings that are not within the mark, at most MAX_READ, and whether there are more.

    Read from the end of the index: the cost depends on what is new, not on how much there is.
    """
    newer = visible.filter(created_at__gt=mark.since).exclude(pk__in=mark.known)
    keys = list(newer.values_list("pk", flat=True)[: MAX_READ + 1])
    return keys[:MAX_READ], len(keys) > MAX_READ
