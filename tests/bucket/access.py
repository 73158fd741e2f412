"""Opening the tests' bucket, and what it is opened with at its real address."""

from recordings.buckets import open_bucket
from recordings.models import StorageCredential
from recordings.object_storage.bucket import Bucket


def opened(storage: StorageCredential) -> Bucket:
    """With the storage's current key, each request tried once."""
    key = storage.keys.get(replaced_at=None)
    return open_bucket(key, vendor=storage.vendor, region=storage.region, bucket=storage.bucket, attempts=1)
