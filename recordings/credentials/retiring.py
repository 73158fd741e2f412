"""Retiring cloud accounts and storages, and taking them back into use.

What is retired is not offered and starts nothing. What runs goes on: stops are still sent, uploads still arrive.
A start that is being stored refers to the row that is locked here, so whoever comes second sees the other.
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
    """Let an account start nothing more; False when it was retired already.

    Raises PermissionDenied; StillRecording while a recording of it is live.
    """
    demand(actor, "credential.change")
    with transaction.atomic():
        stored = lock(account)
        if live_with(stored).exists():
            raise StillRecording
        return _retire(stored, actor=actor, action="account.retired")


def restore_account(*, actor: User, account: CloudAccount) -> bool:
    """Take a retired account back into use; False when it was not retired. Raises PermissionDenied."""
    demand(actor, "credential.change")
    with transaction.atomic():
        return _restore(lock(account), actor=actor, action="account.restored")


def retire_storage(*, actor: User, storage: StorageCredential) -> bool:
    """Let nothing more be recorded into a storage; False when it was retired already. Raises PermissionDenied."""
    demand(actor, "credential.change")
    with transaction.atomic():
        return _retire(lock(storage), actor=actor, action="storage.retired")


def restore_storage(*, actor: User, storage: StorageCredential) -> bool:
    """Take a retired storage back into use; False when it was not retired. Raises PermissionDenied."""
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
