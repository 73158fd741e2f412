"""The one writer of decisions: what a person, or the system by itself, decides about a recording."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.lifecycle.attention import refresh_attention
from recordings.lifecycle.evidence import apply_evidence
from recordings.models import Decision, Recording, User


def record_decision(
    recording: Recording,
    choice: Decision.Choice,
    *,
    actor: User | None,
    reason: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Store a decision about a locked recording, with all that follows: its states, its attention, the audit entry.

    `actor` is None for what the system decides by itself. `before` replaces how the recording was, where it is not as
    it was any more; `after` is added to how it is then. The recording in hand is as the database has it afterwards.
    """
    was = {"state": recording.state, "attention": recording.attention}
    with transaction.atomic():
        Decision.objects.create(
            recording=recording,
            choice=choice,
            reason=reason,
            decided_by=actor,
            decided_at=timezone.now(),
            knew_task_id=bool(recording.task_id),
        )
        apply_evidence(recording)
        refresh_attention(recording.pk, now=timezone.now())
        recording.refresh_from_db(fields=["attention", "attention_at"])
        record_audit(
            actor=actor or SYSTEM,
            action=f"recording.{choice}",
            target=recording,
            project_id=recording.project.project_id,
            reason=reason,
            before=was if before is None else before,
            after={"state": recording.state, "attention": recording.attention} | dict(after or {}),
        )
