"""The audit trail's one writer, and the chain it writes.

Each entry carries an HMAC under AUDIT_KEY over the one before it and its own content, so that without the key
nothing can be edited, removed, inserted or reordered unnoticed. The chain's end is one row, locked by whoever
enters: callers do so last in the transaction of the change itself.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from recordings.audit.chain import mac_of
from recordings.models import AuditEntry, AuditHead, User

SYSTEM = "system"
"""The actor of what the program does by itself."""

origin: ContextVar[str] = ContextVar("audit_origin", default="")
"""The address the current request came from; empty outside of requests."""


def enter(
    *,
    actor: User | str,
    action: str,
    target: Model | str,
    target_type: str = "",
    target_id: str = "",
    project_id: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Chain one entry, in the caller's transaction; secrets never go into `before` and `after`.

    `action` is dotted (`recording.started`). Raises TransactionManagementError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry belongs in the transaction of what it tells of.")
    if isinstance(target, Model):
        target_type = target_type or target._meta.object_name or ""
        target_id = target_id or str(target.pk)
    head = AuditHead.objects.select_for_update().get_or_create(pk=1)[0]
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=timezone.now(),
        actor=actor if isinstance(actor, str) else actor.get_username(),
        address=origin.get(),
        action=action,
        target_type=target_type,
        target_id=target_id,
        target=str(target)[:300],
        project_id=project_id,
        reason=reason,
        before=dict(before or {}),
        after=dict(after or {}),
    )
    entry.mac = mac_of(entry, head.mac)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(sequence=entry.sequence, mac=entry.mac)
    return entry


def enter_merged(*, actor: User | str, action: str, target: Model | str) -> None:
    """Enter what anybody can cause at will: once a minute for each address, so that nobody floods the trail."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    if cache.add(f"audit:{action}:{origin.get()}:{minute}", value=True, timeout=120):
        with transaction.atomic():
            enter(actor=actor, action=action, target=target)


def first_break() -> int | None:
    """Where the chain is broken first."""
    from recordings.audit.verifying import verify

    return verify().sequence
