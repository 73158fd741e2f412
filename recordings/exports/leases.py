"""Whose an export is while it is made: a conditional update with a lease, renewed as long as rows are written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from recordings.clock import database_now
from recordings.models import Export

LEASE = timedelta(minutes=1)
RENEWED = timedelta(seconds=5)
"""How often, at most: with it the number of rows that the page shows."""
UNFINISHED = (Export.State.WAITING, Export.State.MAKING)


class Lost(Exception):
    """Somebody else has this export now."""


def due_exports(now: datetime) -> QuerySet[Export]:
    """The exports that a worker may take: asked for, or left behind by one that died."""
    return Export.objects.filter(state__in=UNFINISHED, due_at__lte=now)


@dataclass(slots=True, kw_only=True)
class Lease:
    """The right to make one export until a moment. Raises Lost as soon as somebody else has it."""

    key: UUID
    until: datetime

    @classmethod
    def taken(cls, key: UUID, now: datetime) -> "Lease | None":
        """Take an export that is due; None when somebody else has it."""
        until = database_now() + LEASE
        claimed = due_exports(now).filter(pk=key)
        changes = {"due_at": until, "state": Export.State.MAKING, "rows": 0, "attempts": F("attempts") + 1}
        return cls(key=key, until=until) if claimed.update(**changes) == 1 else None

    def row(self) -> QuerySet[Export]:
        """The export, as long as this lease is the one that counts."""
        return Export.objects.filter(pk=self.key, state=Export.State.MAKING, due_at=self.until)

    def renew(self, rows: int) -> None:
        """Hold it for longer when some time has passed; `rows` is how many are written.

        On a connection of its own: SQLite refuses to write on one that reads an older state of the database.
        """
        now = database_now()
        if self.until - now > LEASE - RENEWED:
            return
        with ThreadPoolExecutor(max_workers=1) as apart:
            apart.submit(self._renew, now + LEASE, rows).result()
        self.until = now + LEASE

    def _renew(self, until: datetime, rows: int) -> None:
        try:
            if self.row().update(due_at=until, rows=rows) != 1:
                raise Lost
        finally:
            connection.close()
