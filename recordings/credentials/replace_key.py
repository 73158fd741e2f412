"""Replacing the key of a cloud account or of a storage: the new one is tested first, while nothing is stored of it.

A key that fails its test replaces nothing, unless a user gives the reason why it must (the provider cannot be
reached, the old key is revoked already). Both are in the audit trail.
"""

from copy import copy
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from recordings import changes, vault
from recordings.audit_log.record import record_audit
from recordings.credentials import check_account_key
from recordings.credentials.keys import NewAccountKey, NewKey, is_stored, make_current, sealed_key
from recordings.lifecycle import check_storage_key
from recordings.models import CloudAccount, StorageCredential, StorageKey, User
from recordings.permissions import demand

Tested = TypeVar("Tested", CloudAccount, StorageKey)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The new key is the current one. `passed` is what its test said."""

    passed: bool


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The current key was typed again."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another user changed the row while the key was tested, so the test no longer says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Generic[Tested]):
    """The key failed its test and replaced nothing. `tested` holds the result, and is not stored."""

    tested: Tested


@sensitive_variables("new")
def replace_storage_key(
    *, actor: User, storage: StorageCredential, new: NewKey, reason: str = ""
) -> Replaced | Unchanged | Superseded | Rejected[StorageKey]:
    """Test `new` on the bucket and make it the storage's key; with a `reason`, also when the test fails.

    Raises PermissionDenied, and nothing that the bucket says.
    """
    demand(actor, "credential.change")
    current = storage.keys.filter(replaced_at=None).first()
    if (
        current
        and is_stored(current, "access_key", new.access_key)
        and is_stored(current, "secret_key", new.secret_key)
    ):
        return Unchanged()
    key = sealed_key(storage, new, actor=actor)
    check_storage_key.try_key(storage=storage, key=key)
    test, passed = check_storage_key.result_in_trail(key), not check_storage_key.fails(key)
    with transaction.atomic():
        if not passed and not reason:
            record_audit(actor=actor, action="storage.key_rejected", target=storage, after=test)
            return Rejected(tested=key)
        stored = changes.lock(storage)
        same_bucket = all(getattr(stored, name) == getattr(storage, name) for name in ("vendor", "region", "bucket"))
        if not same_bucket or stored.keys.filter(replaced_at=None).first() != current:
            return Superseded()
        make_current(key, actor=actor, reason="" if passed else reason, test=test)
    return Replaced(passed=passed)


@sensitive_variables("new")
def replace_account_key(
    *, actor: User, account: CloudAccount, new: NewAccountKey, reason: str = ""
) -> Replaced | Unchanged | Superseded | Rejected[CloudAccount]:
    """Test `new` with a call that changes nothing and make it the account's key; with a `reason`, whatever it says.

    Raises PermissionDenied, and nothing that the vendor says.
    """
    demand(actor, "credential.change")
    same_id = account.secret_id == new.secret_id
    if same_id and is_stored(account, "secret_key", new.secret_key):
        return Unchanged()
    changed = copy(account)
    changed.secret_id = new.secret_id
    vault.seal(changed, "secret_key", new.secret_key)
    check_account_key.try_key(changed)
    test, passed = check_account_key.result_in_trail(changed), changed.test_passed is True
    with transaction.atomic():
        if not passed and not reason:
            record_audit(actor=actor, action="account.key_rejected", target=account, after=test)
            return Rejected(tested=changed)
        stored = changes.lock(account)
        if any(getattr(stored, name) != getattr(account, name) for name in ("key_set_at", "endpoint", "region")):
            return Superseded()
        changed.key_set_at, changed.key_set_by = timezone.now(), actor.get_username()
        sealed = ("secret_id", "secret_key_sealed", "secret_key_hint", "key_set_at", "key_set_by")
        changed.save(update_fields=[*sealed, *check_account_key.RESULT])
        replaced = dict.fromkeys(["secret_key"] if same_id else ["secret_id", "secret_key"], "replaced")
        record_audit(
            actor=actor,
            action="account.key_replaced",
            target=account,
            reason="" if passed else reason,
            after=replaced | test,
        )
    return Replaced(passed=passed)
