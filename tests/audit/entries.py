"""Entries of tests: each in a transaction of its own, as if from an address."""

from typing import Any

from django.db import transaction

from recordings.audit_log.record import origin, record_audit
from recordings.models import AuditEntry


def entered(action: str = "device.changed", *, address: str = "10.0.0.7", **fields: Any) -> AuditEntry:
    """One entry; what is not given is a user's change of a truck."""
    token = origin.set(address)
    try:
        with transaction.atomic():
            return record_audit(action=action, **{"actor": "ana", "target": "Truck"} | fields)
    finally:
        origin.reset(token)
