"""Checks of the whole trail, requested on its page and run by a worker.

A worker claims one with a lease, renews the lease after each batch, and gives up when another worker has it. The
result is stored once, with its audit entry.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recordings import wakeups
from recordings.audit_log.anchors import anchor_now
from recordings.audit_log.known_anchors import KNOWN, PLACE, place
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.audit_log.verify import VerificationResult, verify
from recordings.clock import database_now
from recordings.leases import Lease, LeaseLost, claim
from recordings.models import AuditCheck, User
from recordings.permissions import demand


def request_check(*, actor: User) -> AuditCheck:
    """Request a check; an unfinished one serves every requester. Raises PermissionDenied."""
    demand(actor, "audit.verify")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)  # two clicks of one user request one check
        waiting = AuditCheck.objects.filter(finished_at=None).first()
        if waiting:
            return waiting
        check = AuditCheck.objects.create(requested_by=actor.get_username(), due_at=database_now())
        wakeups.wake("check", check.pk)
        record_audit(actor=actor, action="audit.check_asked", target=check)
    return check


def due_checks(now: datetime) -> QuerySet[AuditCheck]:
    """The checks that a worker may claim."""
    return AuditCheck.objects.filter(finished_at=None, due_at__lte=now)


def run_check(key: UUID, now: datetime) -> VerificationResult | None:
    """Run one check that is due; None when another worker has it."""
    lease = claim(due_checks(now), key, now=now, unfinished=AuditCheck.objects.filter(finished_at=None), checked=0)
    if lease is None:
        return None
    try:
        result = verify(progress=lambda checked: lease.renew(checked=checked))
        store_result(key, lease, result)
    except LeaseLost:
        return None
    if not result.finding:
        anchor_now(timezone.now())
    return result


def record_check(result: VerificationResult, *, actor: User | str, target: AuditCheck | str) -> None:
    """Record in the trail what a check found, in the caller's transaction."""
    after: dict[str, object] = {"entries": result.checked, "anchors": result.anchors}
    after |= {KNOWN: result.anchors_known, PLACE: place()}
    if result.finding:
        after |= {"finding": result.finding.value, "sequence": result.sequence, "breaks": result.breaks}
    record_audit(actor=actor, action="audit.checked", target=target, target_type="AuditCheck", after=after)


def store_result(key: UUID, lease: Lease[AuditCheck], result: VerificationResult) -> None:
    """Store what a check found, once. Raises LeaseLost."""
    with transaction.atomic():
        lease.write(
            due_at=None,
            finished_at=timezone.now(),
            checked=result.checked,
            anchors=result.anchors,
            finding=result.finding or "",
            sequence=result.sequence,
        )
        record_check(result, actor=SYSTEM, target=AuditCheck.objects.get(pk=key))
