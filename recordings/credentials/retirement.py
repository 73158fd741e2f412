"""Retire and reactivate cloud accounts and storages.

A retired row is not offered and starts nothing. Running recordings continue: stops are sent, uploads arrive.
A start that is being stored refers to the row that is locked here, so the second transaction sees the first.
"""

from django.db import transaction
from django.utils import timezone

from recordings.audit_log.record import record_audit
from recordings.changes import lock
from recordings.credentials.queries import live_with
from recordings.models import CloudAccount, StorageCredential, User
from recordings.permissions import demand


class StillRecording(Exception):
    """The account has live recordings, so it was not retired."""


def retire_account(*, actor: User, account: CloudAccount) -> bool:
    """Retire an account; False when it was retired already.

    Raises PermissionDenied; StillRecording while a recording of it is live.
    """
    demand(actor, "credential.change")
    with transaction.atomic():
        stored = lock(account)
        if live_with(stored).exists():
            raise StillRecording
        return _retire(stored, actor=actor, action="account.retired")


def restore_account(*, actor: User, account: CloudAccount) -> bool:
    """Reactivate a retired account; False when it was not retired. Raises PermissionDenied."""
    demand(actor, "credential.change")
    with transaction.atomic():
        return _restore(lock(account), actor=actor, action="account.restored")


def retire_storage(*, actor: User, storage: StorageCredential) -> bool:
    """Retire a storage; False when it was retired already. Raises PermissionDenied."""
    demand(actor, "credential.change")
    with transaction.atomic():
        return _retire(lock(storage), actor=actor, action="storage.retired")


def restore_storage(*, actor: User, storage: StorageCredential) -> bool:
    """Reactivate a retired storage; False when it was not retired. Raises PermissionDenied."""
    demand(actor, "credential.change")
    with transaction.atomic():
        return _restore(lock(storage), actor=actor, action="storage.restored")


def _retire(stored: CloudAccount | StorageCredential, *, actor: User, action: str) -> bool:
    if stored.retired_at:
        return False
    stored.retired_at = timezone.now()
    stored.save(update_fields=["retired_at"])
    record_audit(actor=actor, action=action, target=stored, after={"retired_at": stored.retired_at.isoformat()})
    return True


def _restore(stored: CloudAccount | StorageCredential, *, actor: User, action: str) -> bool:
    if not stored.retired_at:
        return False
    before = {"retired_at": stored.retired_at.isoformat()}
    stored.retired_at = None
    stored.save(update_fields=["retired_at"])
    record_audit(actor=actor, action=action, target=stored, before=before, after={"retired_at": None})
    return True
