"""THE DOOR: every call that changes something in TRRO goes through `call`, which stores it in the ledger first.

Order: take a quota slot, commit the intent while waiting for it, send with no transaction open, commit what came
of it. If that last commit fails, the response goes to the spill file. Between the commits the row in the ledger
holds a lease by the database's clock; the worker closes rows whose lease ran out as Unknown, since their process is
gone.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from recordings import quota, spill, vault
from recordings.clock import database_now
from recordings.models import ApiCall, CloudAccount, Recording
from recordings.trro.failures import MomentMissed
from recordings.trro.gateway import Account, Gateway
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import VendorRequest
from recordings.trro.trace import Trace

log = structlog.get_logger(__name__)

LEASE_SLACK = timedelta(seconds=10)
"""How much longer than its deadline a call may take to store its response before it counts as lost."""

PROCESS_LOST = Unknown(code="ProcessLost", message="The process that made this call ended before it stored the answer.")

NOT_SENT = Refused(code="ClientError.NotSent", message="The database failed before the request could leave.")

OUTCOMES = {
    Accepted: ApiCall.Outcome.ACCEPTED,
    Refused: ApiCall.Outcome.REFUSED,
    Unknown: ApiCall.Outcome.UNKNOWN,
}


AnswerT = TypeVar("AnswerT")


class GivenUp(Exception):
    """The worker closed this call's row in the ledger, since it waited longer than its lease."""


class CannotCall(Exception):
    """An account cannot make calls as it is set up: its key does not open, or its endpoint is not allowed."""


def call(
    *,
    account: CloudAccount,
    request: VendorRequest,
    before_call: Callable[[], Recording | None],
    after_call: Callable[[ApiCall, Outcome], object],
) -> Outcome:
    """Make one call, and only one.

    `before_call` runs in the transaction that opens the ledger row: it moves what must be moved before the call, and
    may raise to call the whole thing off. `after_call` runs in the transaction that follows the response, and must
    bear being run again for the same row (see `close`). Raises CannotCall and what `before_call` raises, and nothing of
    the network.
    """
    refuse_inside_transaction()
    gateway = gateway_for(account)
    slot = quota.reserve(account, request.action)
    with transaction.atomic():
        recording = before_call()
        now = database_now()
        row = ApiCall.objects.create(
            account=account,
            recording=recording,
            action=request.action,
            created_at=now,
            lease_until=lease_from(now + timedelta(seconds=max(0.0, slot.seconds_left))),
        )
    try:
        outcome = _at_its_slot(slot, partial(gateway.call, request), still_wanted=partial(still_ours, row))
    except DatabaseError:
        outcome = NOT_SENT
    except GivenUp:
        return PROCESS_LOST
    store(row, outcome, after_call)
    heed(account, request, outcome)
    return outcome


def read(*, account: CloudAccount, request: VendorRequest) -> Outcome:
    """Ask something that changes nothing, within the quota. Raises CannotCall.

    It leaves no row in the ledger: that tells what may have been started or stopped, and thousands of reads a day
    would bury it.
    """
    refuse_inside_transaction()
    gateway = gateway_for(account)
    outcome = _at_its_slot(quota.reserve(account, request.action), partial(gateway.call, request))
    heed(account, request, outcome)
    return outcome


def traced_read(*, account: CloudAccount, request: VendorRequest) -> Trace:
    """The same as `read`, with how it was signed and what the vendor's clock says. Raises CannotCall."""
    refuse_inside_transaction()
    gateway = gateway_for(account)
    return _at_its_slot(quota.reserve(account, request.action), partial(gateway.traced_call, request))


def _at_its_slot(
    slot: quota.Slot, send: Callable[..., AnswerT], *, still_wanted: Callable[[], bool] = lambda: True
) -> AnswerT:
    """Make a call ready shortly before its slot and let it leave then; when it was not ready in time, at another slot.

    Raises GivenUp when the call is not wanted any more, and DatabaseError: then nothing has left.
    """
    while True:
        slot.wait()
        if not still_wanted():
            raise GivenUp
        try:
            return send(before_send=slot.leave)
        except MomentMissed:
            slot = slot.another()


def heed(account: CloudAccount, request: VendorRequest, outcome: Outcome) -> None:
    """Call less often for a while when Tencent Cloud says that the quota is used up, by other programs too."""
    if isinstance(outcome, Refused) and outcome.code.partition(".")[0] == "RequestLimitExceeded":
        with suppress(DatabaseError):
            quota.slow_down(account, request.action)


def refuse_inside_transaction() -> None:
    """Raise RuntimeError inside of a transaction: none may be open while the network is in use.

    The transaction that a test case is wrapped in does not count, as for Django's own atomic(durable=True).
    """
    blocks = connection.atomic_blocks
    if blocks and not blocks[-1]._from_testcase:  # type: ignore[attr-defined]
        raise RuntimeError("A call to Tencent Cloud must not hold a transaction open.")


def lease_from(leaves_at: datetime) -> datetime:
    return leaves_at + timedelta(seconds=settings.CALL_DEADLINE) + LEASE_SLACK


def still_ours(row: ApiCall) -> bool:
    """Whether the call may leave: not when the wait was so long that the row was given up meanwhile."""
    needed = lease_from(database_now()) - LEASE_SLACK / 2
    if row.lease_until >= needed:
        return True
    renewed = ApiCall.objects.filter(pk=row.pk, outcome=ApiCall.Outcome.OPEN).update(lease_until=needed)
    return renewed == 1


def store(row: ApiCall, outcome: Outcome, after_call: Callable[[ApiCall, Outcome], object]) -> None:
    """Commit the outcome of a call; keep it in the spill file when the database cannot take it.

    Raises nothing but what ends a process (SystemExit from a signal), and that only when the response is safe.
    """
    try:
        with transaction.atomic():
            after_call(row, outcome)
    except BaseException as error:
        spill.keep(call_id=row.pk, opened_at=row.created_at, outcome=outcome)
        log.exception("answer_not_committed", call=row.pk)
        if not isinstance(error, Exception):
            raise
        with suppress(DatabaseError):
            connection.close_if_unusable_or_obsolete()


def close(row: ApiCall, outcome: Outcome) -> bool:
    """Close a ledger row once; whether the outcome is news.

    A row that was closed already stays as it is. Only an Accepted response is still news then, and gets a row of
    its own, marked late: what TRRO started must never be forgotten. The same late response twice is no news.
    """
    values = {
        "outcome": OUTCOMES[type(outcome)],
        "request_id": outcome.request_id,
        "closed_at": timezone.now(),
        "task_id": outcome.task_id if isinstance(outcome, Accepted) else "",
        "code": "" if isinstance(outcome, Accepted) else outcome.code,
        "message": "" if isinstance(outcome, Accepted) else outcome.message,
        "repeatable": isinstance(outcome, Refused) and outcome.repeatable,
    }
    if ApiCall.objects.filter(pk=row.pk, outcome=ApiCall.Outcome.OPEN).update(**values) == 1:
        for name, value in values.items():
            setattr(row, name, value)
        return True
    same = ApiCall.objects.filter(recording=row.recording_id, action=row.action, outcome=ApiCall.Outcome.ACCEPTED)
    if not isinstance(outcome, Accepted) or same.filter(task_id=outcome.task_id).exists():
        return False
    ApiCall.objects.create(
        account_id=row.account_id,
        recording_id=row.recording_id,
        action=row.action,
        created_at=row.created_at,
        lease_until=row.lease_until,
        late=True,
        **values,
    )
    return True


def gateway_for(account: CloudAccount) -> Gateway:
    """The gateway that signs with an account's key: one for each key, so that connections are reused.

    Raises CannotCall.
    """
    try:
        return _gateway(
            Account(
                endpoint=account.endpoint,
                region=account.region,
                secret_id=account.secret_id,
                secret_key=vault.open_sealed(account, "secret_key"),
                language=account.language,
            )
        )
    except (vault.CannotOpen, ValueError) as error:
        raise CannotCall(str(error)) from None


@lru_cache(maxsize=64)
def _gateway(account: Account) -> Gateway:
    return Gateway(
        account,
        deadline_seconds=settings.CALL_DEADLINE,
        proxy=settings.HTTP_PROXY,
        allow_loopback_http=settings.DEVELOPMENT,
    )
