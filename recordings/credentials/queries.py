"""Which cloud accounts and storages a user may name or change, and what runs with them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, FilteredRelation, Q, QuerySet

from recordings.models import ApiCall, AuditEntry, CloudAccount, Recording, StorageCredential, StorageKey, User
from recordings.permissions import projects_where, rows_where

NEVER_RAN = (Recording.State.REFUSED, Recording.State.CANCELLED, Recording.State.NOT_STARTED)


def accounts_for(user: User, permission: str) -> QuerySet[CloudAccount]:
    """The accounts of the projects in which the user holds `permission`."""
    return rows_where(CloudAccount.objects.all(), user, permission, through="projects")


def storages_for(user: User, permission: str) -> QuerySet[StorageCredential]:
    """The storages that may be used by the projects in which the user holds `permission`."""
    return rows_where(StorageCredential.objects.all(), user, permission, through="projects")


SHOWN_OF_KEY = ("created_at", "created_by", "tested_at", "can_write", "can_read", "can_list", "region_fits")
"""The fields of a storage's current key that a list shows."""


def with_current_keys(storages: QuerySet[StorageCredential]) -> QuerySet[StorageCredential]:
    """The same, each with its current key for `current_key_of`, in the one query that reads the storages."""
    current = FilteredRelation("keys", condition=Q(keys__replaced_at=None))
    shown = {f"key_{name}": F(f"current__{name}") for name in SHOWN_OF_KEY}
    return storages.annotate(current=current).annotate(**shown)


def current_key_of(storage: StorageCredential) -> StorageKey | None:
    """The key that `with_current_keys` found, with no more than SHOWN_OF_KEY; None when there is none."""
    if getattr(storage, "key_created_at", None) is None:
        return None
    return StorageKey(storage=storage, **{name: getattr(storage, f"key_{name}") for name in SHOWN_OF_KEY})


def may_hold_files(storage: StorageCredential) -> bool:
    """Whether a recording went to the storage, or can have: all but those that certainly did not run."""
    return Recording.objects.filter(storage=storage.pk).exclude(state__in=NEVER_RAN).exists()


def live_with(row: CloudAccount | StorageCredential) -> QuerySet[Recording]:
    """The live recordings of an account, or into a storage."""
    live = Recording.objects.filter(Recording.IS_LIVE)
    return live.filter(account=row) if isinstance(row, CloudAccount) else live.filter(storage=row)


def live_seen_by(user: User, row: CloudAccount | StorageCredential) -> QuerySet[Recording]:
    """The same as far as the user sees their projects, newest first."""
    seen = projects_where(user, "recording.see")
    return live_with(row).filter(project__in=seen).select_related("device")


def last_use_of(row: CloudAccount | StorageCredential) -> Recording | None:
    """The newest recording requested of an account, or into a storage, in whatever project, with its requester.

    Not what was claimed: it was started elsewhere, with whatever key.
    """
    mine = Q(account=row) if isinstance(row, CloudAccount) else Q(storage=row)
    return (
        Recording.objects.filter(mine, origin__in=Recording.REQUESTED)
        .select_related("requested_by")
        .order_by("-created_at", "-pk")
        .first()
    )


def old_before(now: datetime) -> datetime:
    """A key that was given before this moment is old."""
    return now - timedelta(days=settings.KEY_AGE_WARNING)


def open_calls_with_earlier_key(account: CloudAccount) -> int:
    """How many calls that may be signed with the key before the account's present one are still open."""
    calls = ApiCall.objects.filter(account=account, outcome=ApiCall.Outcome.OPEN)
    return calls.filter(created_at__lte=account.key_set_at + timedelta(seconds=settings.CALL_DEADLINE)).count()


KEY_REPLACED = ("account.key_replaced", "account.changed")
"""The actions that replaced an account's key; once it was replaced with the account's other fields."""


def has_new_secret_id(account: CloudAccount) -> bool | None:
    """Whether the key last given has another SecretId than the one before it; None when no key was ever replaced.

    The vendor revokes by SecretId. Only the audit trail knows: the account does not keep its earlier one.
    """
    changed = AuditEntry.objects.filter(target_type="CloudAccount", target_id=str(account.pk), action__in=KEY_REPLACED)
    last = changed.filter(after__has_key="secret_key").order_by("-sequence").first()
    return "secret_id" in last.after if last else None
