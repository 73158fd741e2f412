"""Adding and changing cloud accounts and storages, each with its entry in the audit trail.

Replacing a key is a service of its own: replace_key.py.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from recordings import changes, vault
from recordings.credentials.keys import NewKey, make_current, sealed_key
from recordings.credentials.queries import may_hold_files
from recordings.models import CloudAccount, Project, StorageCredential, User
from recordings.permissions import demand, projects_where


@sensitive_variables("secret_key")
def create_account(*, actor: User, account: CloudAccount, secret_key: str) -> None:
    """Store a new account with its key encrypted. Raises PermissionDenied; IntegrityError when its name is taken."""
    demand(actor, "credential.change")
    vault.seal(account, "secret_key", secret_key)
    account.key_set_by = actor.get_username()
    with transaction.atomic():
        changes.insert(account, actor=actor, action="account.created", secrets=("secret_id", "secret_key"))


def change_account(*, actor: User, account: CloudAccount) -> bool:
    """Store a changed account; its key stays (replace_key.py). False when nothing is different.

    Raises PermissionDenied; IntegrityError when the name is taken.
    """
    demand(actor, "credential.change")
    with transaction.atomic():
        stored = changes.lock(account)
        account.secret_id = stored.secret_id  # it belongs to the key
        return changes.update(account, stored, actor=actor, action="account.changed")


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
            make_current(sealed_key(storage, key, actor=actor), actor=actor)


def change_storage(*, actor: User, storage: StorageCredential, projects: Collection[Project]) -> bool:
    """Store a changed storage; its key stays (replace_key.py). False when nothing is different.

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
        return changes.update(storage, stored, actor=actor, action="storage.changed", related=related)
