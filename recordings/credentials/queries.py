"""Which cloud accounts and storages somebody may name or change."""

from django.db.models import QuerySet

from recordings.models import CloudAccount, Recording, StorageCredential, User
from recordings.people.permissions import rows_where

NEVER_RAN = (Recording.State.REFUSED, Recording.State.CANCELLED, Recording.State.NOT_STARTED)


def accounts_for(user: User, permission: str) -> QuerySet[CloudAccount]:
    """The accounts of the projects in which the user holds `permission`."""
    return rows_where(CloudAccount.objects.all(), user, permission, through="projects")


def storages_for(user: User, permission: str) -> QuerySet[StorageCredential]:
    """The storages that may be used by the projects in which the user holds `permission`."""
    return rows_where(StorageCredential.objects.all(), user, permission, through="projects")


def may_hold_files(storage: StorageCredential) -> bool:
    """Whether a recording went to the storage, or can have: all but those that certainly did not run."""
    return Recording.objects.filter(storage=storage.pk).exclude(state__in=NEVER_RAN).exists()
