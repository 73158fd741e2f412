"""The door for many calls of one action: intents are committed together, and responses too.

The guarantees are those of calls.py. Each call has its own row in the ledger, which is committed before the call
leaves; no transaction is open while the network is in use; each response is stored, or spilled. Only commits are
shared, since they cost more than all else.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog
from django.db import DatabaseError, connection, transaction

from recordings import spill
from recordings.calls import (
    LEASE_SLACK,
    NOT_SENT,
    GivenUp,
    gateway_for,
    lease_from,
    refuse_inside_transaction,
    still_ours,
    store,
)
from recordings.clock import database_now
from recordings.models import ApiCall, CloudAccount, Recording
from recordings.quota import Slot
from recordings.sqlite_lock import turn
from recordings.trro.outcome import Outcome
from recordings.trro.requests import VendorRequest

log = structlog.get_logger(__name__)
Answer = tuple[ApiCall, Outcome]
Intent = tuple[Recording, VendorRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """A call whose intent is committed, and which has not left."""

    row: ApiCall
    request: VendorRequest
    make: Callable[..., Outcome]
    """Of the account's gateway: makes this call."""
    certain_until: float
    """Until when, by `_seconds`, no worker can have given its row up."""


def open_calls(account: CloudAccount, action: str, intents: Callable[[], Sequence[Intent]]) -> Sequence[OpenCall]:
    """Commit the intents of several calls, which are then sent one by one.

    `intents` runs in the transaction that opens the ledger rows, and moves what must be moved before the calls. Raises
    CannotCall, and what `intents` and the database raise; then nothing is sent.
    """
    refuse_inside_transaction()
    gateway = gateway_for(account)
    began = _seconds()
    with turn(), transaction.atomic():
        begun = intents()
        now = database_now()
        rows = [
            ApiCall(account=account, recording=recording, action=action, created_at=now, lease_until=lease_from(now))
            for recording, _request in begun
        ]
        ApiCall.objects.bulk_create(rows)
    until = began + (LEASE_SLACK / 2).total_seconds()
    return [
        OpenCall(row=row, request=request, make=partial(gateway.call, request), certain_until=until)
        for row, (_recording, request) in zip(rows, begun, strict=True)
    ]


def send(call: OpenCall, slot: Slot) -> Outcome:
    """Make one call at its slot. Raises GivenUp when its row was given up meanwhile, and MomentMissed when it was not
    ready in time and needs another slot; then nothing has left."""
    slot.wait()
    if _seconds() > call.certain_until:
        try:
            if not still_ours(call.row):
                raise GivenUp
        except DatabaseError:
            return NOT_SENT
    return call.make(before_send=slot.leave)


def store_together(
    answers: Sequence[Answer],
    *,
    conclude_together: Callable[[Sequence[Answer]], Sequence[Answer]],
    conclude: Callable[[ApiCall, Outcome], object],
) -> None:
    """Store the outcomes of several calls, in one transaction as far as `conclude_together` can.

    What that leaves, and everything when it fails, is stored one by one as `calls.store` does, which spills what the
    database cannot take. Raises nothing but what ends a process, and that only when the responses are safe.
    """
    try:
        with turn(), transaction.atomic():
            left = conclude_together(answers)
    except BaseException as error:
        if not isinstance(error, Exception):
            for row, outcome in answers:
                spill.keep(call_id=row.pk, opened_at=row.created_at, outcome=outcome)
            raise
        log.exception("answers_not_committed_together", calls=len(answers))
        with suppress(DatabaseError):
            connection.close_if_unusable_or_obsolete()
        left = answers
    for row, outcome in left:
        store(row, outcome, conclude)


def _seconds() -> float:
    """A clock that goes on while the machine is suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
