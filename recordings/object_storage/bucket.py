"""Buckets of COS and S3: listing, reading, and signing addresses.

COS speaks the S3 protocol, so one client serves both. Nothing here reads the environment: no proxies, profiles or
credential files but our own settings. What goes wrong leaves as a BucketError (errors.py), without secrets.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from recordings.object_storage.client import Opening, client_of, headers_of
from recordings.object_storage.errors import Archived, BucketError, ErrorKind, kind_of
from recordings.object_storage.headers import archive_state, attachment
from recordings.object_storage.listing import PAGE, StoredObject, objects_of

__all__ = ["PAGE", "Bucket", "StoredObject"]


class Bucket:
    """One bucket, opened with one key."""

    def __init__(self, opening: Opening, *, attempts: int = 2) -> None:
        self._opening = opening
        self._attempts = attempts

    def listed(self, prefix: str, *, most: int = 100 * PAGE) -> Iterator[StoredObject]:
        """Objects below `prefix`, each once, at most `most`, a page at a time. Raises BucketError while iterating.

        It is ListingCut, at the end, when there may be more: what was listed is there, and what was not may be too.
        """

        def ask(method: str, **position: str) -> dict[str, Any]:
            with self._explained("ListBucket"):
                ask_for = getattr(self._client, method)
                page: dict[str, Any] = ask_for(Bucket=self._opening.bucket, Prefix=prefix, MaxKeys=PAGE, **position)
            return page

        return objects_of(ask, most=most)

    def address(self, key: str, *, seconds: int, content_type: str = "", download_as: str = "") -> str:
        """An address at which anyone can GET the object for so many seconds. Sends no request; raises BucketError."""
        params = {"Bucket": self._opening.bucket, "Key": key}
        if content_type:
            params["ResponseContentType"] = content_type
        if download_as:
            params["ResponseContentDisposition"] = attachment(download_as)
        with self._explained("GetObject"):
            signed: str = self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
            return signed

    def read(self, key: str, *, most: int) -> bytes:
        """A small object, whole. Raises BucketError, also when it is longer than `most` bytes."""
        with self._explained("GetObject"):
            body = self._client.get_object(Bucket=self._opening.bucket, Key=key)["Body"]
            with body:
                content: bytes = body.read(most + 1)
        if len(content) > most:
            raise BucketError(ErrorKind.OTHER, "TooLarge", f"More than {most} bytes.", action="GetObject")
        return content

    def check(self, key: str) -> None:
        """Make sure that the object can be read now. Raises BucketError, among them MISSING_OBJECT and ARCHIVED.

        HEAD tells its storage class. It has no body that says why it was refused, and says nothing of encryption: so
        the first byte is read as well, as the browser would.
        """
        try:
            with self._explained("HeadObject"):
                head = self._client.head_object(Bucket=self._opening.bucket, Key=key)
        except BucketError as error:
            if error.kind is ErrorKind.MISSING_OBJECT:
                raise
        else:
            if (state := archive_state(head)) is not None:
                raise Archived(state)
            if head["ContentLength"] == 0:
                return
        with self._explained("GetObject"):
            self._client.get_object(Bucket=self._opening.bucket, Key=key, Range="bytes=0-0")["Body"].close()

    def lets_read(self, key: str, *, origin: str) -> bool:
        """Whether pages of another `origin` may read the object, by a CORS rule. Raises BucketError."""
        with self._explained("GetObject"):
            headers = headers_of(self.address(key, seconds=60), {"Origin": origin, "Range": "bytes=0-0"})
        return headers.get("Access-Control-Allow-Origin") in {"*", origin}

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
                response = self._client.head_bucket(Bucket=self._opening.bucket)
        except BucketError as error:
            if error.region:
                return error.region
            raise
        return _region_in(response)

    @property
    def _client(self) -> Any:
        return client_of(self._opening, attempts=self._attempts)

    @contextmanager
    def _explained(self, action: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            yield
        except ClientError as error:
            answer = error.response.get("Error", {})
            code, message = str(answer.get("Code") or "")[:128] or "Unknown", str(answer.get("Message") or "")
            kind = kind_of(code, message)
            if action == "HeadBucket" and kind is ErrorKind.MISSING_OBJECT:
                kind = ErrorKind.MISSING_BUCKET
            raise self._error(kind, code, message, action, _region_in(error.response)) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            code = type(error).__name__
            raise self._error(kind_of(code), code, str(error), action, "") from None

    def _error(self, kind: ErrorKind, code: str, message: str, action: str, region: str) -> BucketError:
        for secret in (self._opening.secret_key, self._opening.access_key):
            message = message.replace(secret, "***")
        return BucketError(kind, code, message[:500], action=action, region=region)


def _region_in(response: dict[str, Any]) -> str:
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region: str = headers.get("x-amz-bucket-region") or headers.get("x-cos-bucket-region") or ""
    return region or response.get("Error", {}).get("Region", "")
