"""What a key may do in its bucket, found out by doing it: for a storage's key test."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from recordings.object_storage.bucket import Bucket
from recordings.object_storage.errors import BucketError, ErrorKind

TEST_OBJECT = "trro-admin-test.txt"
"""What a key test writes: always the same name, so that a key without the right to delete leaves one object behind."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a key may do in its bucket. None: not tried, since something before it failed."""

    can_write: bool | None = None
    can_read: bool | None = None
    can_list: bool | None = None
    can_delete: bool | None = None
    region_fits: bool | None = None
    region: str = ""
    """Where the bucket is, as far as the vendor says."""
    error: BucketError | None = None
    """The first thing that went wrong, beginning with the write."""


def try_out(bucket: Bucket, *, region: str) -> Findings:
    """Write, read, list and delete a tiny object, and ask where the bucket is. Raises nothing."""
    found = Findings()
    content = secrets.token_hex(8).encode()

    def may(do: Callable[[], object]) -> bool | None:
        try:
            do()
        except BucketError as error:
            found.error = found.error or error
            return False if error.kind is ErrorKind.NO_RIGHT else None
        return True

    found.can_write = may(lambda: bucket.write(TEST_OBJECT, content))
    if found.error and found.error.kind is not ErrorKind.NO_RIGHT:
        found.can_write = None if found.error.kind is ErrorKind.UNREACHABLE else False
        found.region_fits = False if found.error.kind is ErrorKind.WRONG_REGION else None
        found.region = found.error.region
        return found
    if found.can_write:
        found.can_read = may(lambda: bucket.read(TEST_OBJECT, most=100))
    found.can_list = may(lambda: next(bucket.listed(TEST_OBJECT, most=1), None))
    if found.can_write:
        found.can_delete = may(lambda: bucket.delete(TEST_OBJECT))
    try:
        found.region = bucket.region()
    except BucketError as error:
        found.region_fits = False if error.kind is ErrorKind.WRONG_REGION else None
    if found.region:
        found.region_fits = found.region == region
    return found
