"""Which items a worker sends next: claimed by a lease, fairly over the batches of an account.

A claimed item stays queued: a user can still cancel it or start it by hand, until the worker commits that it is sent.
When the worker dies, its items are due again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from recordings.clock import database_now
from recordings.models import Batch, BatchItem
from recordings.sqlite_lock import turn

LEASE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What shares one quota: an action of an account."""

    account_id: UUID
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Items that this worker may send until a moment, in this order."""

    keys: Sequence[int]
    until: datetime


def due_items(now: datetime) -> QuerySet[BatchItem]:
    """The queued items of running batches that no worker has claimed."""
    return BatchItem.objects.filter(state=BatchItem.State.QUEUED, due_at__lte=now, batch__state=Batch.State.RUNNING)


def due_batches(now: datetime) -> QuerySet[Batch]:
    """The running batches that have such items."""
    items = BatchItem.objects.filter(batch=OuterRef("pk"), state=BatchItem.State.QUEUED, due_at__lte=now)
    return Batch.objects.filter(Exists(items), state=Batch.State.RUNNING)


def due_lanes(now: datetime) -> set[Lane]:
    """The accounts and actions of such items."""
    found = due_items(now).order_by().values_list("account", "action").distinct()
    return {Lane(account_id=account, action=action) for account, action in found}


def claim_items(lane: Lane, number: int, *, turn_of: int = 0) -> Claim:
    """Claim up to so many due items of a lane: as many of each of its batches, by turns, in the order of each.

    `turn_of` says which batch comes first; a caller that claims repeatedly counts it up.
    """
    now = database_now()
    batches = list(due_batches(now).filter(action=lane.action).order_by("pk").values_list("pk", flat=True))
    if not batches:
        return Claim(keys=(), until=now)
    first = turn_of % len(batches)
    share = -(-number // len(batches))
    with turn(), transaction.atomic():
        by_batch = [_lock_due(lane, key, share, now) for key in batches[first:] + batches[:first]]
        keys = [key for row in zip_longest(*by_batch) for key in row if key is not None][:number]
        until = database_now() + LEASE
        BatchItem.objects.filter(pk__in=keys).update(due_at=until)
    return Claim(keys=keys, until=until)


def release(keys: Collection[int], until: datetime) -> None:
    """Give items back that were claimed until then and are not sent."""
    claimed = BatchItem.objects.filter(pk__in=keys, state=BatchItem.State.QUEUED, due_at=until)
    claimed.update(due_at=database_now())


def _lock_due(lane: Lane, batch: int, number: int, now: datetime) -> list[int]:
    """The next due items of one batch, locked; what another worker is claiming now is left out."""
    items = BatchItem.objects.filter(
        batch=batch, account=lane.account_id, state=BatchItem.State.QUEUED, due_at__lte=now
    )
    locked = items.select_for_update(skip_locked=True).order_by("position")
    return list(locked.values_list("pk", flat=True)[:number])
