"""How one entry follows from the one before it: used by the writer and by the check."""

import hashlib
import hmac
import json

from django.conf import settings

from recordings.models import AuditEntry

CHAINED = (
    "sequence", "at", "actor", "address", "action", "target_type", "target_id", "target", "project_id", "reason",
    "before", "after",
)  # fmt: skip


def mac_of(entry: AuditEntry, previous: str, *, sequence: int | None = None) -> str:
    """The HMAC-SHA256 that chains an entry to the one before it, in hex; with another `sequence`, if given."""
    content = {name: getattr(entry, name) for name in CHAINED} | {"at": entry.at.timestamp().hex()}
    if sequence is not None:
        content["sequence"] = sequence
    return signed([previous, content])


def follows(entry: AuditEntry, previous: str, *, sequence: int | None = None) -> bool:
    """Whether this system wrote this entry after one with the mac `previous`. It never writes an unreadable entry."""
    try:
        return hmac.compare_digest(entry.mac, mac_of(entry, previous, sequence=sequence))
    except (TypeError, ValueError, AttributeError):
        return False


def signed(content: list[object]) -> str:
    """The HMAC under AUDIT_KEY of what JSON can hold."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
