"""Checks of the whole trail that somebody asks for on its page, done by a worker.

A worker takes one by a conditional update that sets its lease, renews it after each batch, and gives up when somebody
else has it. What came of it is stored once, with its entry.
"""

from datetime import datetime, timedelta
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
from recordings.models import AuditCheck, User
from recordings.permissions import demand

LEASE = timedelta(minutes=1)
"""Many times what one batch takes."""


class Lost(Exception):
    """Somebody else has this check now."""


def request_check(*, actor: User) -> AuditCheck:
    """Ask for a check; one that is not finished serves everybody who asks. Raises PermissionDenied."""
    demand(actor, "audit.verify")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)  # two clicks of one person make one check
        waiting = AuditCheck.objects.filter(finished_at=None).first()
        if waiting:
            return waiting
        check = AuditCheck.objects.create(requested_by=actor.get_username(), due_at=database_now())
        wakeups.wake("check", check.pk)
        record_audit(actor=actor, action="audit.check_asked", target=check)
    return check


def due_checks(now: datetime) -> QuerySet[AuditCheck]:
    """The checks that a worker may take."""
    return AuditCheck.objects.filter(finished_at=None, due_at__lte=now)


def run_check(key: UUID, now: datetime) -> VerificationResult | None:
    """Do one check that is due; None when somebody else has it."""
    lease = database_now() + LEASE
    if due_checks(now).filter(pk=key).update(due_at=lease, checked=0) != 1:
        return None

    def renew(checked: int) -> None:
        nonlocal lease
        longer = database_now() + LEASE
        if AuditCheck.objects.filter(pk=key, due_at=lease).update(due_at=longer, checked=checked) != 1:
            raise Lost
        lease = longer

    try:
        verdict = verify(progress=renew)
        conclude(key, lease, verdict)
    except Lost:
        return None
    if not verdict.finding:
        anchor_now(timezone.now())
    return verdict


def enter_check(verdict: VerificationResult, *, actor: User | str, target: AuditCheck | str) -> None:
    """What a check found, in the trail itself, in the caller's transaction."""
    after: dict[str, object] = {"entries": verdict.checked, "anchors": verdict.anchors}
    after |= {KNOWN: verdict.anchors_known, PLACE: place()}
    if verdict.finding:
        after |= {"finding": verdict.finding.value, "sequence": verdict.sequence, "breaks": verdict.breaks}
    record_audit(actor=actor, action="audit.checked", target=target, target_type="AuditCheck", after=after)


def conclude(key: UUID, lease: datetime, verdict: VerificationResult) -> None:
    """Store what a check found, once. Raises Lost when the lease is somebody else's."""
    with transaction.atomic():
        won = AuditCheck.objects.filter(pk=key, due_at=lease, finished_at=None).update(
            due_at=None,
            finished_at=timezone.now(),
            checked=verdict.checked,
            anchors=verdict.anchors,
            finding=verdict.finding or "",
            sequence=verdict.sequence,
        )
        if won != 1:
            raise Lost
        enter_check(verdict, actor=SYSTEM, target=AuditCheck.objects.get(pk=key))
