"""Trying out a storage's key before it is needed, and what the last try says to people."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.audit.usecases import enter
from recordings.bucket import Findings, open_bucket, try_out
from recordings.bucket_errors import WRONG_REGION_CODE, BucketError, Kind, kind_of, meaning, remedy
from recordings.models import StorageCredential, StorageKey, User
from recordings.people.permissions import demand

FOUND = ("can_write", "can_read", "can_list", "can_delete", "region_fits")


class NoKey(Exception):
    """The storage has no key that could be tried out."""


def test_storage(*, actor: User, storage: StorageCredential) -> StorageKey:
    """Try the storage's current key on its bucket, and keep what was found.

    A tiny object is really written; reading, listing, deleting and the region are tried apart. Raises
    PermissionDenied and NoKey, and nothing that the bucket says.
    """
    demand(actor, "credential.change")
    key = storage.keys.filter(replaced_at=None).first()
    if key is None:
        raise NoKey
    found, code, message = _find_out(storage, key)
    values = {name: getattr(found, name) for name in FOUND} | {"test_code": code, "test_message": message}
    with transaction.atomic():
        StorageKey.objects.filter(pk=key.pk).update(tested_at=timezone.now(), **values)
        enter(
            actor=actor,
            action="storage.key_tested",
            target=storage,
            after={"key": str(key.pk)} | {name: getattr(found, name) for name in FOUND} | {"test_code": code},
        )
    key.refresh_from_db()
    return key


def _find_out(storage: StorageCredential, key: StorageKey) -> tuple[Findings, str, str]:
    try:
        bucket = open_bucket(key, vendor=storage.vendor, region=storage.region, bucket=storage.bucket)
    except BucketError as error:
        return Findings(), error.code, error.message
    found = try_out(bucket, region=storage.region)
    if found.can_write and found.region_fits is False:
        return found, WRONG_REGION_CODE, str(found.region)
    return found, found.error.code if found.error else "", found.error.message if found.error else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One thing a key may or may not do; `without` says what works less well where it may not."""

    name: Promise
    granted: bool | None
    without: Promise


def rights_of(key: StorageKey) -> list[Right]:
    """What the last test found, the right to write first."""
    return [
        Right(name=_("Write"), granted=key.can_write, without=_("Nothing can be recorded into this bucket.")),
        Right(name=_("Read"), granted=key.can_read, without=_("Recordings cannot be played or downloaded here.")),
        Right(
            name=_("List"),
            granted=key.can_list,
            without=_("A lost TaskId cannot be recovered, and files are known from callbacks only."),
        ),
        Right(
            name=_("Delete"),
            granted=key.can_delete,
            without=_("Nothing is missed, but the tiny object of this test stays in the bucket."),
        ),
        Right(
            name=_("Region"), granted=key.region_fits, without=_("Tencent Cloud would look for the bucket elsewhere.")
        ),
    ]


def fails(key: StorageKey) -> bool:
    """Whether the last test says that recordings into the bucket will fail."""
    return bool(key.tested_at) and (not key.can_write or key.region_fits is False)


def kind_of_failure(key: StorageKey) -> Kind | None:
    """What went wrong in the last test; None when nothing did."""
    return kind_of(key.test_code) if key.test_code else None


def explanation(key: StorageKey) -> tuple[Promise, Promise] | None:
    """What the last test complains about and what to do; None when it complains about nothing."""
    kind = kind_of_failure(key)
    return (meaning(kind), remedy(kind)) if kind else None
