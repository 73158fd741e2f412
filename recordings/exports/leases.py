"""The lease of an export while a worker builds it: renewed as long as rows are written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from recordings.clock import database_now
from recordings.leases import LEASE, Lease, claim
from recordings.models import Export

RENEWAL_INTERVAL = timedelta(seconds=5)
"""The shortest time between two renewals, which also update the number of rows that the page shows."""
UNFINISHED = (Export.State.WAITING, Export.State.MAKING)


def due_exports(now: datetime) -> QuerySet[Export]:
    """The exports that a worker may claim: new ones, and those whose worker died."""
    return Export.objects.filter(state__in=UNFINISHED, due_at__lte=now)


def claim_export(key: UUID, now: datetime) -> Lease[Export] | None:
    """Claim an export that is due; None when another worker has it."""
    return claim(
        due_exports(now),
        key,
        now=now,
        unfinished=Export.objects.filter(state=Export.State.MAKING),
        state=Export.State.MAKING,
        rows=0,
        attempts=F("attempts") + 1,
    )


def renew_export(lease: Lease[Export], rows: int) -> None:
    """Extend the lease when a renewal is due; `rows` is how many are written. Raises LeaseLost.

    It uses a separate connection: SQLite refuses to write on one that reads an older state of the database.
    """
    if lease.until - database_now() > LEASE - RENEWAL_INTERVAL:
        return
    with ThreadPoolExecutor(max_workers=1) as separate:
        separate.submit(_renew, lease, rows).result()


def _renew(lease: Lease[Export], rows: int) -> None:
    try:
        lease.renew(rows=rows)
    finally:
        connection.close()
