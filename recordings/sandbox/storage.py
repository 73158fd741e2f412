"""Where recorded files go: an S3 server standing in for COS and S3, or nowhere."""

import threading
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The bucket of one call and the key to it; `vendor` is 0 for COS, 1 for AWS S3."""

    vendor: int
    region: str
    name: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


class StorageError(Exception):
    """The storage did not take a file; `code` is its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Storage(Protocol):
    """Takes files."""

    writes: bool
    """Whether what is put is really somewhere afterwards."""

    def put(self, bucket: Bucket, key: str, content: bytes, content_type: str) -> None:
        """Write one object. Raises StorageError."""


class NoStorage:
    """Takes everything and keeps nothing."""

    writes = False

    def put(self, bucket: Bucket, key: str, content: bytes, content_type: str) -> None:
        """Nothing happens."""


class S3Storage:
    """Writes to one S3 endpoint with each call's keys, by path, whatever proxies the environment names."""

    writes = True

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._clients: dict[Bucket, Any] = {}

    def put(self, bucket: Bucket, key: str, content: bytes, content_type: str) -> None:
        """Write one object. Raises StorageError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client(bucket).put_object(Bucket=bucket.name, Key=key, Body=content, ContentType=content_type)
        except ClientError as error:
            details = error.response.get("Error", {})
            raise StorageError(details.get("Code", "Unknown"), details.get("Message", "")) from error
        except BotoCoreError as error:
            raise StorageError(type(error).__name__, "the storage could not be reached") from error

    def _client(self, bucket: Bucket) -> Any:
        # Imported late: boto3 takes 0.3 s, which a sandbox without storage need not spend.
        import boto3
        from botocore.config import Config

        with self._lock:
            if bucket not in self._clients:
                self._clients[bucket] = boto3.session.Session().client(
                    "s3",
                    endpoint_url=self._endpoint,
                    region_name=bucket.region,
                    aws_access_key_id=bucket.access_key,
                    aws_secret_access_key=bucket.secret_key,
                    config=Config(
                        signature_version="s3v4",
                        s3={"addressing_style": "path"},
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                        connect_timeout=3,
                        read_timeout=10,
                        retries={"max_attempts": 1},
                        proxies={},
                    ),
                )
            return self._clients[bucket]
