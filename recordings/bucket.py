"""Buckets of COS and S3: listing, reading, signing addresses, and finding out what a key may do.

COS speaks the S3 protocol, so one client serves both. Nothing here reads the environment: no proxies, profiles or
credential files but our own settings. What goes wrong leaves as a BucketError (bucket_errors.py), without secrets.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recordings import vault
from recordings.bucket_client import Opening, client_of
from recordings.bucket_errors import CANNOT_OPEN_CODE, BucketError, Kind, kind_of
from recordings.models import StorageKey

PAGE = 1000
TEST_OBJECT = "trro-admin-test.txt"
"""What a key test writes: always the same name, so that a key without the right to delete leaves one object behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One object as a listing shows it; `size` in bytes, `at` when it was last written."""

    key: str
    size: int
    at: datetime


class Bucket:
    """One bucket, opened with one key."""

    def __init__(self, opening: Opening, *, attempts: int = 2) -> None:
        self._opening = opening
        self._attempts = attempts

    def listed(self, prefix: str, *, most: int = 100 * PAGE) -> Iterator[Stored]:
        """Objects below `prefix` by name, a page at a time, at most `most`. Raises BucketError while iterating."""
        after: dict[str, str] = {}
        seen = 0
        while seen < most:
            with self._explained("ListBucket"):
                page = self._client.list_objects_v2(
                    Bucket=self._opening.bucket, Prefix=prefix, MaxKeys=min(PAGE, most - seen), **after
                )
            for row in page.get("Contents", ()):
                yield Stored(key=row["Key"], size=row["Size"], at=row["LastModified"])
            seen += len(page.get("Contents", ()))
            if not page.get("IsTruncated") or not page.get("NextContinuationToken"):
                return
            after = {"ContinuationToken": page["NextContinuationToken"]}

    def address(self, key: str, *, seconds: int, content_type: str = "", download_as: str = "") -> str:
        """An address at which anybody may GET the object for so many seconds. Asks nobody; raises BucketError."""
        wanted = {"Bucket": self._opening.bucket, "Key": key}
        if content_type:
            wanted["ResponseContentType"] = content_type
        if download_as:
            plain = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in download_as)
            wanted["ResponseContentDisposition"] = f'attachment; filename="{plain}"'
        with self._explained("GetObject"):
            signed: str = self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
            return signed

    def read(self, key: str, *, most: int) -> bytes:
        """A small object, whole. Raises BucketError, also when it is longer than `most` bytes."""
        with self._explained("GetObject"):
            body = self._client.get_object(Bucket=self._opening.bucket, Key=key)["Body"]
            with body:
                content: bytes = body.read(most + 1)
        if len(content) > most:
            raise BucketError(Kind.OTHER, "TooLarge", f"More than {most} bytes.", action="GetObject")
        return content

    def size_of(self, key: str) -> int:
        """How long an object is, without reading it. Raises BucketError, MISSING_OBJECT when it is not there."""
        with self._explained("GetObject"):
            size: int = self._client.head_object(Bucket=self._opening.bucket, Key=key)["ContentLength"]
            return size

    def write(self, key: str, content: bytes) -> None:
        """Write a small object. Raises BucketError."""
        with self._explained("PutObject"):
            self._client.put_object(Bucket=self._opening.bucket, Key=key, Body=content, ContentType="text/plain")

    def delete(self, key: str) -> None:
        """Take an object away. Raises BucketError."""
        with self._explained("DeleteObject"):
            self._client.delete_object(Bucket=self._opening.bucket, Key=key)

    def region(self) -> str:
        """Where the vendor says the bucket is; empty when it says nothing. Raises BucketError."""
        try:
            with self._explained("HeadBucket"):
                answer = self._client.head_bucket(Bucket=self._opening.bucket)
        except BucketError as error:
            if error.region:
                return error.region
            raise
        return _region_in(answer)

    @property
    def _client(self) -> Any:
        return client_of(self._opening, attempts=self._attempts)

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            yield
        except ClientError as error:
            said = error.response.get("Error", {})
            code = str(said.get("Code", ""))[:128] or "Unknown"
            kind = kind_of(code)
            if action == "HeadBucket" and kind is Kind.MISSING_OBJECT:
                kind = Kind.MISSING_BUCKET
            raise self._error(kind, code, said.get("Message", ""), action, _region_in(error.response)) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            code = type(error).__name__
            raise self._error(kind_of(code), code, str(error), action, "") from None

    def _error(self, kind: Kind, code: str, message: str, action: str, region: str) -> BucketError:
        for secret in (self._opening.secret_key, self._opening.access_key):
            message = message.replace(secret, "***")
        return BucketError(kind, code, message[:500], action=action, region=region)


def open_bucket(key: StorageKey, *, vendor: int, region: str, bucket: str, attempts: int = 2) -> Bucket:
    """The bucket, opened with a stored key. Asks nobody yet. Raises BucketError when the key does not open."""
    try:
        access_key, secret_key = vault.open_sealed(key, "access_key"), vault.open_sealed(key, "secret_key")
    except vault.CannotOpen as error:
        raise BucketError(Kind.WRONG_KEY, CANNOT_OPEN_CODE, str(error)) from None
    opening = Opening(vendor=vendor, region=region, bucket=bucket, access_key=access_key, secret_key=secret_key)
    return Bucket(opening, attempts=attempts)


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
            return False if error.kind is Kind.NO_RIGHT else None
        return True

    found.can_write = may(lambda: bucket.write(TEST_OBJECT, content))
    if found.error and found.error.kind is not Kind.NO_RIGHT:
        found.can_write = None if found.error.kind is Kind.UNREACHABLE else False
        found.region_fits = False if found.error.kind is Kind.WRONG_REGION else None
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
        found.region_fits = False if error.kind is Kind.WRONG_REGION else None
    if found.region:
        found.region_fits = found.region == region
    return found


def _region_in(answer: dict[str, Any]) -> str:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region: str = headers.get("x-amz-bucket-region") or headers.get("x-cos-bucket-region") or ""
    return region or answer.get("Error", {}).get("Region", "")
