"""Keys as they are typed and as they are stored: what adding a credential and replacing its key share.

Secrets are encrypted here and go nowhere else. A storage's key is replaced, not overwritten: recordings that run
upload with the one they were started with.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from recordings import vault
from recordings.audit_log.record import record_audit
from recordings.models import StorageCredential, StorageKey, User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A storage's key as it was typed: both halves, not encrypted yet."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccountKey:
    """A cloud account's key as it was typed, not encrypted yet."""

    secret_id: str
    secret_key: str = field(repr=False)


@sensitive_variables("secret")
def is_stored(row: Model, field: str, secret: str) -> bool:
    """Whether `secret` is what the row holds already; a key that cannot be decrypted counts as different."""
    try:
        return hmac.compare_digest(vault.open_sealed(row, field).encode(), secret.encode())
    except vault.CannotOpen:
        return False


@sensitive_variables("new")
def sealed_key(storage: StorageCredential, new: NewKey, *, actor: User) -> StorageKey:
    """`new` encrypted, as a key of the storage that is not stored yet."""
    key = StorageKey(storage=storage, created_by=actor.get_username())
    vault.seal(key, "access_key", new.access_key)
    vault.seal(key, "secret_key", new.secret_key)
    return key


def make_current(
    key: StorageKey, *, actor: User, reason: str = "", test: Mapping[str, Any] | None = None
) -> StorageKey | None:
    """Store `key` as the current one of its storage, which is locked, or new itself; gives the one it replaced."""
    earlier = StorageKey.objects.filter(storage=key.storage, replaced_at=None).first()
    StorageKey.objects.filter(storage=key.storage, replaced_at=None).update(replaced_at=timezone.now())
    key.save(force_insert=True)
    how = "replaced" if earlier else "set"
    record_audit(
        actor=actor,
        action="storage.key_replaced" if earlier else "storage.key_added",
        target=key.storage,
        reason=reason,
        before={"key": str(earlier.pk)} if earlier else {},
        after={"key": str(key.pk), "access_key": how, "secret_key": how} | dict(test or {}),
    )
    return earlier
