"""Trying out a storage's key before it is needed, and what the last try says to people."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recordings.audit_log.record import record_audit
from recordings.buckets import open_bucket
from recordings.models import StorageCredential, StorageKey, User
from recordings.object_storage.check_access import Findings, try_out
from recordings.object_storage.errors import WRONG_REGION_CODE, BucketError, kind_of, meaning, remedy
from recordings.permissions import demand

FOUND = ("can_write", "can_read", "can_list", "can_delete", "region_fits")
RESULT = ("tested_at", *FOUND, "test_code", "test_message")


class NoStorageKey(Exception):
    """The storage has no key that could be tried out."""


def test_storage(*, actor: User, storage: StorageCredential) -> StorageKey:
    """Try the storage's current key on its bucket, and keep what was found.

    A tiny object is really written; reading, listing, deleting and the region are tried apart. Raises
    PermissionDenied and NoStorageKey, and nothing that the bucket says.
    """
    demand(actor, "credential.change")
    key = storage.keys.filter(replaced_at=None).first()
    if key is None:
        raise NoStorageKey
    try_key(storage=storage, key=key)
    with transaction.atomic():
        StorageKey.objects.filter(pk=key.pk).update(**{name: getattr(key, name) for name in RESULT})
        record_audit(actor=actor, action="storage.key_tested", target=storage, after=result_in_trail(key))
    key.refresh_from_db()
    return key


def try_key(*, storage: StorageCredential, key: StorageKey) -> None:
    """Try a key, stored or not, on the bucket of `storage`, and put what was found into `key`. Stores nothing."""
    found, code, message = _find_out(storage, key)
    for name in FOUND:
        setattr(key, name, getattr(found, name))
    key.tested_at, key.test_code, key.test_message = timezone.now(), code, message


def result_in_trail(key: StorageKey) -> dict[str, Any]:
    """What the trail keeps of a test: which key, its rights and the error code, never the bucket's message."""
    return {"key": str(key.pk)} | {name: getattr(key, name) for name in (*FOUND, "test_code")}


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

    field: str
    name: Promise
    granted: bool | None
    without: Promise


def rights_of(key: StorageKey) -> list[Right]:
    """What the last test found, the right to write first."""
    return [
        Right(
            field="can_write",
            name=_("Write"),
            granted=key.can_write,
            without=_("Nothing can be recorded into this bucket."),
        ),
        Right(
            field="can_read",
            name=_("Read"),
            granted=key.can_read,
            without=_("Recordings cannot be played or downloaded here."),
        ),
        Right(
            field="can_list",
            name=_("List"),
            granted=key.can_list,
            without=_("A lost TaskId cannot be recovered, and files are known from callbacks only."),
        ),
        Right(
            field="can_delete",
            name=_("Delete"),
            granted=key.can_delete,
            without=_("Not required, but the small test object stays in the bucket."),
        ),
        Right(
            field="region_fits",
            name=_("Region"),
            granted=key.region_fits,
            without=_("Tencent Cloud would look for the bucket in the wrong region."),
        ),
    ]


def fails(key: StorageKey) -> bool:
    """Whether the last test says that recordings into the bucket will fail."""
    return bool(key.tested_at) and (not key.can_write or key.region_fits is False)


def summary(key: StorageKey | None) -> str:
    """What the last test found and how long ago, in a few words: for a line in a list."""
    if key is None or key.tested_at is None:
        return gettext("not tested yet")
    age = timesince(key.tested_at, depth=1)
    if fails(key):
        return gettext("fails, tested %(age)s ago") % {"age": age}
    if not (key.can_read and key.can_list):
        return gettext("works in part, tested %(age)s ago") % {"age": age}
    return gettext("works, tested %(age)s ago") % {"age": age}


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageTestResult:
    """The last test of a storage's key, as pages show it."""

    key: StorageKey
    rights: list[Right]
    tone: str
    meaning: Promise | None
    remedy: Promise | None

    @property
    def lacking(self) -> list[Right]:
        """What it may certainly not do."""
        return [right for right in self.rights if right.granted is False]


def last_test_of(storage: StorageCredential) -> StorageTestResult | None:
    """What is known of the storage's current key; None without a key. Asks nothing where `current_keys` is loaded."""
    loaded: list[StorageKey] | None = getattr(storage, "current_keys", None)
    key = storage.keys.filter(replaced_at=None).first() if loaded is None else next(iter(loaded), None)
    return None if key is None else result_of(key)


def result_of(key: StorageKey) -> StorageTestResult:
    """The last test of a key, which need not be stored."""
    rights = rights_of(key)
    whole = all(right.granted for right in rights if right.field != "can_delete")
    tone = "bad" if fails(key) else "good" if whole else "warn"
    kind = kind_of(key.test_code, key.test_message) if key.test_code else None
    return StorageTestResult(
        key=key,
        rights=rights,
        tone=tone,
        meaning=meaning(kind) if kind else None,
        remedy=remedy(kind) if kind else None,
    )
