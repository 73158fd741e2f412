"""Opening a bucket with a stored key: between the vault and object_storage/."""

from recordings import vault
from recordings.models import StorageKey
from recordings.object_storage.bucket import Bucket
from recordings.object_storage.client import Opening
from recordings.object_storage.errors import CANNOT_OPEN_CODE, BucketError, ErrorKind


def open_bucket(key: StorageKey, *, vendor: int, region: str, bucket: str, attempts: int = 2) -> Bucket:
    """The bucket, opened with a stored key. Sends no request yet. Raises BucketError when the key does not open."""
    try:
        access_key, secret_key = vault.open_sealed(key, "access_key"), vault.open_sealed(key, "secret_key")
    except vault.CannotOpen as error:
        raise BucketError(ErrorKind.WRONG_KEY, CANNOT_OPEN_CODE, str(error)) from None
    opening = Opening(vendor=vendor, region=region, bucket=bucket, access_key=access_key, secret_key=secret_key)
    return Bucket(opening, attempts=attempts)
