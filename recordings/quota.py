"""Tencent Cloud's quota: so many calls a second for each account and action, across all processes and machines.

A row hands out slots in one statement, outside of any transaction. Tencent Cloud counts arrivals and not departures,
so slots are further apart than the limit requires: 21 calls at a limit of 20 are spread over 1,047 ms. Of the 47 ms, a
call may spend 15 between its slot and its departure; the rest is for its way to Tencent Cloud. A call whose slot has
passed does not leave, and takes another slot.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from django.db import connection

from recordings.models import CloudAccount, QuotaSlot
from recordings.sqlite_lock import turn
from recordings.trro.failures import MomentMissed

MARGIN = 0.955
"""19.1 calls a second for a limit of 20."""

TOO_LATE_SECONDS = 0.015
LEAD_SECONDS = 0.03
"""How long before its slot a call is made ready to leave: signed, and with an open connection."""

RECOVERY = 0.98
"""After RequestLimitExceeded each slot is this much nearer to the one before, until the usual distance is back: from
twice the distance in 35 slots."""
MAX_SLOWDOWN = 16
HORIZON_SECONDS = 120
"""No queue of waiting calls is longer. A slot later than this was handed out before the clock was set back."""

_NOW = {"sqlite": "%(now)s", "postgresql": "extract(epoch FROM clock_timestamp())"}
_LATER = {"sqlite": "max", "postgresql": "GREATEST"}
_EARLIER = {"sqlite": "min", "postgresql": "LEAST"}
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
        """Sleep until it is time to make the call ready."""
        _sleep(self.seconds_left - LEAD_SECONDS)

    def leave(self) -> None:
        """Sleep until the moment itself, when everything is ready. Raises MomentMissed 15 ms after it."""
        _sleep(self.seconds_left)
        if self.seconds_left < -TOO_LATE_SECONDS:
            raise MomentMissed

    def another(self) -> "Slot":
        """The next free slot of the same account and action."""
        return reserve(self.account, self.action)


def _sleep(seconds: float) -> None:
    """Not for zero seconds: that would give the processor away, for a millisecond on a busy machine."""
    if seconds > 0:
        time.sleep(seconds)


def reserve(account: CloudAccount, action: str) -> Slot:
    """Take the next free slot of an account and action.

    On PostgreSQL its server's clock counts, so that machines whose clocks differ share one quota. To be called
    outside of a transaction, or all other callers wait until that ends.
    """
    return reserve_many(account, action, 1)[0]


def reserve_many(account: CloudAccount, action: str, number: int) -> Sequence[Slot]:
    """Take the next free slots, this many, in one statement; as `reserve` does. All other callers come after them."""
    interval = 1 / (account.calls_per_second * MARGIN)
    table, now, later = _words()
    with turn(), _without_flush(), connection.cursor() as cursor:
        monotonic, wall = _clocks_of_one_moment()
        cursor.execute(
            f"INSERT INTO {table} (account_id, action, next_at, slowdown, slowed_at) "  # noqa: S608 (only our own names)
            f"VALUES (%(account)s, %(action)s, {now} + %(length)s, 1, 0) "
            f"ON CONFLICT (account_id, action) DO UPDATE SET "
            f"next_at = CASE WHEN {table}.next_at > {now} + %(horizon)s THEN {now} "
            f"ELSE {later}({table}.next_at, {now}) END + %(length)s * {later}(1, {table}.slowdown * %(recovery)s), "
            f"slowdown = {later}(1, {table}.slowdown * %(recovery)s) "
            f"RETURNING next_at, slowdown, {now}{_UNFLUSHED[connection.vendor]}",
            {
                "account": _key_of(account),
                "action": action,
                "length": interval * number,
                "horizon": HORIZON_SECONDS,
                "recovery": RECOVERY**number,
                "now": wall,
            },
        )
        next_at, slowdown, answered_at = map(float, cursor.fetchone()[:3])
    ahead = wall - monotonic
    if connection.vendor == "postgresql":
        ahead = SERVER_CLOCK.ahead(answered_at, received_at=time.monotonic())
    first, apart = next_at - ahead - interval * number * slowdown, interval * slowdown
    return [Slot(account=account, action=action, at=first + place * apart) for place in range(number)]


def slow_down(account: CloudAccount, action: str) -> None:
    """Tencent Cloud answered RequestLimitExceeded, since other programs use the account's quota too: hand slots out at
    half the rate, which then recovers by itself. At most once a second, since one burst gets many such answers.
    """
    table, now, later = _words()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET slowdown = {_EARLIER[connection.vendor]}(slowdown * 2, %(most)s), slowed_at = {now}, "  # noqa: S608
            f"next_at = {later}(next_at, {now} + 1) "
            f"WHERE account_id = %(account)s AND action = %(action)s AND abs({now} - slowed_at) > 1",
            {"account": _key_of(account), "action": action, "most": MAX_SLOWDOWN, "now": time.time()},
        )


@dataclass(slots=True)
class ServerClock:
    """How far PostgreSQL's clock is ahead of this process's monotonic one, in seconds.

    What it answers is a little old when it is read, more so on a busy machine, where that would make each slot late by
    another amount. The response that came back fastest tells best.
    """

    _ahead: float | None = None
    _told_at: float = 0.0
    drift: float = field(default=0.0005)
    """How far two clocks move apart in a second, at most."""

    def ahead(self, server_time: float, *, received_at: float) -> float:
        """The best estimate so far, `server_time` included, which was received at `received_at` (monotonic)."""
        told = server_time - received_at  # too small by the time that the response took, and never too large
        known = None if self._ahead is None else self._ahead - self.drift * (received_at - self._told_at)
        if known is None or told > known or known - told > 1:  # one second: a clock was set
            self._ahead, self._told_at = told, received_at
            return told
        return known


SERVER_CLOCK = ServerClock()


def _words() -> tuple[str, str, str]:
    table = connection.ops.quote_name(QuotaSlot._meta.db_table)
    return table, _NOW[connection.vendor], _LATER[connection.vendor]


def _key_of(account: CloudAccount) -> str | UUID:
    key: str | UUID = QuotaSlot._meta.get_field("account").get_db_prep_value(account.pk, connection)
    return key


def _clocks_of_one_moment() -> tuple[float, float]:
    """time.monotonic() and time.time(): read again when this thread lost the processor between the two."""
    for tries in count():
        monotonic, wall = time.monotonic(), time.time()
        if time.monotonic() - monotonic < 0.001 or tries == 10:
            break
    return monotonic, wall


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
