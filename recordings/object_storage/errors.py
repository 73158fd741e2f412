"""What object storages complain about: each of their codes as one of a few kinds, and what that means.

Source: the error codes of S3 and of COS, which has taken over most of them.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.object_storage.headers import ArchiveState


class ErrorKind(StrEnum):
    """What went wrong with a bucket, as far as it makes a difference to a user."""

    WRONG_KEY = "wrong_key"
    WRONG_REGION = "wrong_region"
    MISSING_BUCKET = "missing_bucket"
    MISSING_OBJECT = "missing_object"
    NO_RIGHT = "no_right"
    ARCHIVED = "archived"
    RESTORING = "restoring"
    CLOCK = "clock"
    EXPIRED = "expired"
    ENCRYPTION = "encryption"
    ACCOUNT = "account"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class BucketError(Exception):
    """A bucket did not do what was asked. Holds nothing secret: `code` and `message` are the vendor's own words."""

    def __init__(self, kind: ErrorKind, code: str, message: str, *, action: str = "", region: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.kind, self.code, self.message = kind, code, message
        self.action = action
        """What was asked, such as PutObject."""
        self.region = region
        """Where the bucket really is, when the vendor said so."""


class Archived(BucketError):
    """The object is in an archive class and must be restored before it can be read."""

    def __init__(self, state: ArchiveState) -> None:
        kind = ErrorKind.RESTORING if state is ArchiveState.RESTORING else ErrorKind.ARCHIVED
        super().__init__(kind, "InvalidObjectState", "The object is archived.", action="GetObject")


WRONG_REGION_CODE = "WrongRegion"
"""Ours: everything worked, and the bucket is elsewhere all the same."""
CANNOT_OPEN_CODE = "KeyDoesNotOpen"
"""Ours: the stored key cannot be decrypted."""
LISTING_CUT_CODE = "ListingCut"
"""Ours: the listing ended before all objects were listed."""

_KINDS = {
    "InvalidAccessKeyId": ErrorKind.WRONG_KEY,
    "SignatureDoesNotMatch": ErrorKind.WRONG_KEY,
    "InvalidSecretId": ErrorKind.WRONG_KEY,
    "InvalidAccessPoint": ErrorKind.WRONG_KEY,
    "InvalidToken": ErrorKind.EXPIRED,
    "ExpiredToken": ErrorKind.EXPIRED,
    "ExpiredTokenException": ErrorKind.EXPIRED,
    "TokenRefreshRequired": ErrorKind.EXPIRED,
    "RequestTimeTooSkewed": ErrorKind.CLOCK,
    "RequestExpired": ErrorKind.CLOCK,
    "RequestIsExpired": ErrorKind.CLOCK,
    "InvalidObjectState": ErrorKind.ARCHIVED,
    "RestoreAlreadyInProgress": ErrorKind.RESTORING,
    CANNOT_OPEN_CODE: ErrorKind.WRONG_KEY,
    "PermanentRedirect": ErrorKind.WRONG_REGION,
    "TemporaryRedirect": ErrorKind.WRONG_REGION,
    "AuthorizationHeaderMalformed": ErrorKind.WRONG_REGION,
    "IllegalLocationConstraintException": ErrorKind.WRONG_REGION,
    "IncorrectEndpoint": ErrorKind.WRONG_REGION,
    "InvalidRegionName": ErrorKind.WRONG_REGION,
    "301": ErrorKind.WRONG_REGION,
    WRONG_REGION_CODE: ErrorKind.WRONG_REGION,
    "NoSuchBucket": ErrorKind.MISSING_BUCKET,
    "InvalidBucketName": ErrorKind.MISSING_BUCKET,
    "NoSuchKey": ErrorKind.MISSING_OBJECT,
    "404": ErrorKind.MISSING_OBJECT,
    "AccessDenied": ErrorKind.NO_RIGHT,
    "Forbidden": ErrorKind.NO_RIGHT,
    "AllAccessDisabled": ErrorKind.ACCOUNT,
    "AccountProblem": ErrorKind.ACCOUNT,
    "UserSuspended": ErrorKind.ACCOUNT,
    "NotSignedUp": ErrorKind.ACCOUNT,
    "UnavailableForLegalReasons": ErrorKind.ACCOUNT,
    "451": ErrorKind.ACCOUNT,
    "KeyUnavailableException": ErrorKind.ENCRYPTION,
    "InvalidKeyUsageException": ErrorKind.ENCRYPTION,
    "SlowDown": ErrorKind.THROTTLED,
    "Throttling": ErrorKind.THROTTLED,
    "ThrottlingException": ErrorKind.THROTTLED,
    "ThrottledException": ErrorKind.THROTTLED,
    "RequestThrottled": ErrorKind.THROTTLED,
    "RequestLimitExceeded": ErrorKind.THROTTLED,
    "TooManyRequests": ErrorKind.THROTTLED,
    "BandwidthLimitExceeded": ErrorKind.THROTTLED,
    "429": ErrorKind.THROTTLED,
    "403": ErrorKind.NO_RIGHT,
}

UNREACHABLE_CODES = frozenset({"ServiceUnavailable", "InternalError", "RequestTimeout", "503", "500"})
BUSY = frozenset({ErrorKind.UNREACHABLE, ErrorKind.THROTTLED})
"""Repeating at once would not help, for any object."""
_UNREACHABLE = ("ConnectionError", "TimeoutError", "ConnectTimeout", "ReadTimeout", "SSLError", "ConnectionClosed")

_MEANINGS: dict[ErrorKind, Promise] = {
    ErrorKind.WRONG_KEY: _("The key is wrong: its AccessKey does not exist, or its SecretKey belongs to another one."),
    ErrorKind.WRONG_REGION: _("The bucket is not in this region."),
    ErrorKind.MISSING_BUCKET: _("No such bucket in this region: the name or the region is wrong."),
    ErrorKind.MISSING_OBJECT: _("The file is not in the bucket."),
    ErrorKind.NO_RIGHT: _("The key is valid but lacks this permission."),
    ErrorKind.ARCHIVED: _("The file is archived: it must be restored before it can be played or downloaded."),
    ErrorKind.RESTORING: _("The file is archived and is being restored."),
    ErrorKind.CLOCK: _("The storage accepts no requests because this server's clock is wrong."),
    ErrorKind.EXPIRED: _("The key is temporary and has expired."),
    ErrorKind.ENCRYPTION: _("The file is encrypted, and the key has no right to use its encryption key (KMS)."),
    ErrorKind.ACCOUNT: _("The cloud account is suspended or in arrears."),
    ErrorKind.THROTTLED: _("The storage received too many requests."),
    ErrorKind.UNREACHABLE: _("The storage did not respond in time, or cannot be reached from this server."),
    ErrorKind.OTHER: _("The storage refused the request."),
}

_REMEDIES: dict[ErrorKind, Promise] = {
    ErrorKind.WRONG_KEY: _("Copy both parts of the key again, and check whether it was disabled or deleted."),
    ErrorKind.WRONG_REGION: _("Add a storage with the region that the provider's console shows for this bucket."),
    ErrorKind.MISSING_BUCKET: _("Compare the bucket's name and region with the provider's console."),
    ErrorKind.MISSING_OBJECT: _("It was not uploaded yet, or a user or a lifecycle rule deleted it."),
    ErrorKind.NO_RIGHT: _("Grant the key's user this permission on the bucket in the provider's console."),
    ErrorKind.ARCHIVED: _(
        "Restore it in the provider's console, wait until that is done (minutes to two days), then try again."
    ),
    ErrorKind.RESTORING: _("Wait until that is done (minutes to two days), then try again."),
    ErrorKind.CLOCK: _("Set this server's clock by NTP, then try again."),
    ErrorKind.EXPIRED: _("Replace it with a permanent key."),
    ErrorKind.ENCRYPTION: _("Grant the key's user permission to decrypt with this KMS key in the provider's console."),
    ErrorKind.ACCOUNT: _("Check the account's balance and state in the provider's console."),
    ErrorKind.THROTTLED: _(
        "Wait a minute, then try again. If this happens often, ask the provider for a higher limit."
    ),
    ErrorKind.UNREACHABLE: _("Check whether this server can reach the region's address, then try again."),
    ErrorKind.OTHER: _("See the provider's message; its support can help."),
}


def kind_of(code: str, message: str = "") -> ErrorKind:
    """The kind of a vendor's code, or of the name of a botocore exception; OTHER for what is not known.

    S3 answers AccessDenied also when it may not decrypt: only the message names the right that is missing.
    """
    if code.startswith("KMS") or (code == "AccessDenied" and "kms" in message.lower()):
        return ErrorKind.ENCRYPTION
    if code == "AccessDenied" and "expired" in message.lower():
        return ErrorKind.CLOCK
    if code in _KINDS:
        return _KINDS[code]
    if code in UNREACHABLE_CODES or code.endswith(_UNREACHABLE):
        return ErrorKind.UNREACHABLE
    return ErrorKind.OTHER


def meaning(kind: ErrorKind) -> Promise:
    """One sentence: what is wrong."""
    return _MEANINGS[kind]


def remedy(kind: ErrorKind) -> Promise:
    """One sentence: what to do about it."""
    return _REMEDIES[kind]
