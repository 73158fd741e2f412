"""Leases: a conditional update of `due_at` gives a row to one worker until a moment.

A worker claims a row that is due, renews its lease while it works, and stores the result only while the lease is
valid. When the worker dies, the row is due again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from recordings.clock import database_now

LEASE = timedelta(minutes=1)
"""The length of a lease: many times what one batch takes."""
RowT = TypeVar("RowT", bound=Model)


class LeaseLost(Exception):
    """Another worker has this row now."""


@dataclass(slots=True, kw_only=True)
class Lease(Generic[RowT]):
    """The right to work on one row until a moment."""

    rows: QuerySet[RowT]
    """The row, while it is unfinished."""
    until: datetime

    def row(self) -> QuerySet[RowT]:
        """The row while this lease is valid, for a conditional update."""
        return self.rows.filter(due_at=self.until)

    def write(self, **changes: Any) -> None:
        """Change the row. Raises LeaseLost."""
        if self.row().update(**changes) != 1:
            raise LeaseLost

    def renew(self, **changes: Any) -> None:
        """Extend the lease, and change the row. Raises LeaseLost."""
        until = database_now() + LEASE
        self.write(due_at=until, **changes)
        self.until = until


def claim(
    due: QuerySet[RowT], key: UUID | int, *, now: datetime, unfinished: QuerySet[RowT], **changes: Any
) -> Lease[RowT] | None:
    """Claim the row with this key if it is due, and change it. None when another worker has it.

    `now`: the moment on the database's clock at which `due` holds. `unfinished`: the rows to which a lease applies; the
    row leaves them when its work is done.
    """
    until = now + LEASE
    if due.filter(pk=key).update(due_at=until, **changes) != 1:
        return None
    return Lease(rows=unfinished.filter(pk=key), until=until)
