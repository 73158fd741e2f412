"""Tencent Cloud's quota: so many calls a second for each account and action, across all processes and machines.

A row hands out slots in one statement, outside of any transaction. Slots are a little further apart than the
limit requires, since Tencent Cloud counts arrivals and not departures.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from recordings.models import CloudAccount, QuotaSlot

MARGIN = 0.975
"""19.5 calls a second for a limit of 20."""

TOO_LATE_SECONDS = 0.02
"""A slot missed by more than this could coincide with another process's: another one is taken."""

_NOW = {"sqlite": "%(now)s", "postgresql": "extract(epoch FROM clock_timestamp())"}
_LATER = {"sqlite": "max", "postgresql": "GREATEST"}
_UNFLUSHED = {"sqlite": "", "postgresql": ", set_config('synchronous_commit', 'off', true)"}
"""For this one statement no database need wait for its disk (SQLite: `_without_flush`): when it is back after a power
failure, the slot has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The moment at which one call may leave, on this process's monotonic clock."""

    account: CloudAccount
    action: str
    at: float

    @property
    def seconds_left(self) -> float:
        return self.at - time.monotonic()

    def wait(self) -> None:
        """Sleep until the slot; take another one when it was missed by more than 20 ms, be it by oversleeping."""
        slot = self
        _sleep(slot.seconds_left)
        while slot.seconds_left < -TOO_LATE_SECONDS:
            slot = reserve(slot.account, slot.action)
            _sleep(slot.seconds_left)


def _sleep(seconds: float) -> None:
    """Not for zero seconds: that would give the processor away, for a millisecond on a busy machine."""
    if seconds > 0:
        time.sleep(seconds)


def reserve(account: CloudAccount, action: str) -> Slot:
    """Take the next free slot of an account and action.

    On PostgreSQL its server's clock counts, so that machines whose clocks differ share one quota. To be called
    outside of a transaction, or all other callers wait until that ends.
    """
    interval = 1 / (account.calls_per_second * MARGIN)
    table = connection.ops.quote_name(QuotaSlot._meta.db_table)
    now, later, unflushed = (words[connection.vendor] for words in (_NOW, _LATER, _UNFLUSHED))
    with _without_flush(), connection.cursor() as cursor:
        counted_from, here = time.monotonic(), time.time()
        cursor.execute(
            f"INSERT INTO {table} (account_id, action, next_at) "  # noqa: S608 (only our own names)
            f"VALUES (%(account)s, %(action)s, {now} + %(interval)s) ON CONFLICT (account_id, action) "
            f"DO UPDATE SET next_at = {later}({table}.next_at, {now}) + %(interval)s "
            f"RETURNING next_at - {now}{unflushed}",
            {
                "account": QuotaSlot._meta.get_field("account").get_db_prep_value(account.pk, connection),
                "action": action,
                "interval": interval,
                "now": here,
            },
        )
        until_next = float(cursor.fetchone()[0])
    if connection.vendor == "postgresql":
        counted_from = time.monotonic()  # its `now` is that of the response, ours is from before the wait for the lock
    return Slot(account=account, action=action, at=counted_from + until_next - interval)


@contextmanager
def _without_flush() -> Iterator[None]:
    """Let SQLite commit without waiting for the disk, and have it wait again afterwards, come what may.

    The next commit that waits flushes this one too. Within a transaction SQLite refuses the change.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous={usual}")
