"""Adding and changing cloud accounts and storages, each with its entry in the audit trail.

Secrets are encrypted here and go nowhere else. A storage's key is replaced, not overwritten: recordings that run
upload with the one they were started with.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from recordings import changes, vault
from recordings.audit_log.record import record_audit
from recordings.credentials.queries import may_hold_files
from recordings.models import CloudAccount, Project, StorageCredential, StorageKey, User
from recordings.permissions import demand, projects_where


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A storage's key as it was typed: both halves, not encrypted yet."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@sensitive_variables("secret_key")
def create_account(*, actor: User, account: CloudAccount, secret_key: str) -> None:
    """Store a new account with its key encrypted. Raises PermissionDenied; IntegrityError when its name is taken."""
    demand(actor, "credential.change")
    vault.seal(account, "secret_key", secret_key)
    account.key_set_by = actor.get_username()
    with transaction.atomic():
        changes.insert(account, actor=actor, action="account.created", secrets=("secret_id", "secret_key"))


@sensitive_variables("secret_key")
def change_account(*, actor: User, account: CloudAccount, secret_key: str) -> bool:
    """Store a changed account; an empty `secret_key` keeps the stored one. False when nothing is different.

    The stored pair typed again is no new key: it keeps its age and what its test found. Raises PermissionDenied;
    ValidationError for another SecretId without its SecretKey; IntegrityError when the name is taken.
    """
    demand(actor, "credential.change")
    with transaction.atomic():
        stored = changes.lock(account)
        new = ["secret_id"] if account.secret_id != stored.secret_id else []
        if new and not secret_key:
            raise ValidationError({"secret_key": _("A new SecretId needs its SecretKey too.")})
        if secret_key and not new and _is_stored(stored, "secret_key", secret_key):
            secret_key = ""
        if secret_key:
            vault.seal(account, "secret_key", secret_key)
            new.append("secret_key")
        changed = changes.update(account, stored, actor=actor, action="account.changed", secrets=new)
        if secret_key:
            _note_new_key(account, actor=actor)
        return changed


@sensitive_variables("secret")
def _is_stored(row: Model, field: str, secret: str) -> bool:
    """Whether `secret` is what the row holds already; a key that cannot be decrypted counts as different."""
    try:
        return hmac.compare_digest(vault.open_sealed(row, field).encode(), secret.encode())
    except vault.CannotOpen:
        return False


def _note_new_key(account: CloudAccount, *, actor: User) -> None:
    """Store who added the account's key and when; the test result of an earlier key is removed."""
    CloudAccount.objects.filter(pk=account.pk).update(
        key_set_at=timezone.now(),
        key_set_by=actor.get_username(),
        tested_at=None,
        test_passed=None,
        test_code="",
        test_message="",
    )


@sensitive_variables("key")
def create_storage(
    *, actor: User, storage: StorageCredential, projects: Collection[Project], key: NewKey | None
) -> None:
    """Store a new storage with its key encrypted; without a key, no recording can use it yet.

    Raises PermissionDenied; IntegrityError when its name is taken.
    """
    demand(actor, "credential.change")
    with transaction.atomic():
        changes.insert(storage, actor=actor, action="storage.created", related={"projects": projects})
        if key:
            _replace_key(storage, key, actor=actor)


@sensitive_variables("key")
def change_storage(
    *, actor: User, storage: StorageCredential, projects: Collection[Project], key: NewKey | None
) -> bool:
    """Store a changed storage; without a `key`, or with the same again, it keeps its own. False if nothing differs.

    Projects in which the actor may not do this stay as they are. Raises PermissionDenied; ValidationError when it
    would become another bucket while it may hold recordings' files; IntegrityError when the name is taken.
    """
    demand(actor, "credential.change")
    with transaction.atomic():
        stored = changes.lock(storage)
        moved = [name for name in ("vendor", "region", "bucket") if getattr(storage, name) != getattr(stored, name)]
        if moved and may_hold_files(stored):
            because = _("Existing recordings depend on this value. Add a new storage instead.")
            raise ValidationError(dict.fromkeys(moved, because))
        out_of_reach = stored.projects.exclude(pk__in=projects_where(actor, "credential.change"))
        related = {"projects": [*projects, *out_of_reach]}
        changed = changes.update(storage, stored, actor=actor, action="storage.changed", related=related)
        given = key is not None and _replace_key(storage, key, actor=actor)
        return changed or given


@sensitive_variables("new")
def _replace_key(storage: StorageCredential, new: NewKey, *, actor: User) -> bool:
    """Make `new` the current key of a storage that is locked, or new itself; False when it is that already."""
    earlier = StorageKey.objects.filter(storage=storage, replaced_at=None).first()
    halves = (("access_key", new.access_key), ("secret_key", new.secret_key))
    if earlier and all(_is_stored(earlier, name, half) for name, half in halves):
        return False
    StorageKey.objects.filter(storage=storage, replaced_at=None).update(replaced_at=timezone.now())
    key = StorageKey(storage=storage, created_by=actor.get_username())
    vault.seal(key, "access_key", new.access_key)
    vault.seal(key, "secret_key", new.secret_key)
    key.save(force_insert=True)
    how = "replaced" if earlier else "set"
    record_audit(
        actor=actor,
        action="storage.key_replaced" if earlier else "storage.key_added",
        target=storage,
        before={"key": str(earlier.pk)} if earlier else {},
        after={"key": str(key.pk), "access_key": how, "secret_key": how},
    )
    return True
