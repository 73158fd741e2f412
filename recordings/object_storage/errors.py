"""What object storages complain about: each of their codes as one of a few kinds, and what that means.

Source: the error codes of S3 and of COS, which has taken over most of them.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.object_storage.headers import ArchiveState


class Kind(StrEnum):
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

    def __init__(self, kind: Kind, code: str, message: str, *, action: str = "", region: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.kind, self.code, self.message = kind, code, message
        self.action = action
        """What was asked, such as PutObject."""
        self.region = region
        """Where the bucket really is, when the vendor said so."""


class Archived(BucketError):
    """The object is in an archive class and must be restored before it can be read."""

    def __init__(self, state: ArchiveState) -> None:
        kind = Kind.RESTORING if state is ArchiveState.RESTORING else Kind.ARCHIVED
        super().__init__(kind, "InvalidObjectState", "The object is archived.", action="GetObject")


WRONG_REGION_CODE = "WrongRegion"
"""Ours: everything worked, and the bucket is elsewhere all the same."""
CANNOT_OPEN_CODE = "KeyDoesNotOpen"
"""Ours: the sealed key cannot be opened."""
LISTING_CUT_CODE = "ListingCut"
"""Ours: the listing ended before all objects were listed."""

_KINDS = {
    "InvalidAccessKeyId": Kind.WRONG_KEY,
    "SignatureDoesNotMatch": Kind.WRONG_KEY,
    "InvalidSecretId": Kind.WRONG_KEY,
    "InvalidAccessPoint": Kind.WRONG_KEY,
    "InvalidToken": Kind.EXPIRED,
    "ExpiredToken": Kind.EXPIRED,
    "ExpiredTokenException": Kind.EXPIRED,
    "TokenRefreshRequired": Kind.EXPIRED,
    "RequestTimeTooSkewed": Kind.CLOCK,
    "RequestExpired": Kind.CLOCK,
    "RequestIsExpired": Kind.CLOCK,
    "InvalidObjectState": Kind.ARCHIVED,
    "RestoreAlreadyInProgress": Kind.RESTORING,
    CANNOT_OPEN_CODE: Kind.WRONG_KEY,
    "PermanentRedirect": Kind.WRONG_REGION,
    "TemporaryRedirect": Kind.WRONG_REGION,
    "AuthorizationHeaderMalformed": Kind.WRONG_REGION,
    "IllegalLocationConstraintException": Kind.WRONG_REGION,
    "IncorrectEndpoint": Kind.WRONG_REGION,
    "InvalidRegionName": Kind.WRONG_REGION,
    "301": Kind.WRONG_REGION,
    WRONG_REGION_CODE: Kind.WRONG_REGION,
    "NoSuchBucket": Kind.MISSING_BUCKET,
    "InvalidBucketName": Kind.MISSING_BUCKET,
    "NoSuchKey": Kind.MISSING_OBJECT,
    "404": Kind.MISSING_OBJECT,
    "AccessDenied": Kind.NO_RIGHT,
    "Forbidden": Kind.NO_RIGHT,
    "AllAccessDisabled": Kind.ACCOUNT,
    "AccountProblem": Kind.ACCOUNT,
    "UserSuspended": Kind.ACCOUNT,
    "NotSignedUp": Kind.ACCOUNT,
    "UnavailableForLegalReasons": Kind.ACCOUNT,
    "451": Kind.ACCOUNT,
    "KeyUnavailableException": Kind.ENCRYPTION,
    "InvalidKeyUsageException": Kind.ENCRYPTION,
    "SlowDown": Kind.THROTTLED,
    "Throttling": Kind.THROTTLED,
    "ThrottlingException": Kind.THROTTLED,
    "ThrottledException": Kind.THROTTLED,
    "RequestThrottled": Kind.THROTTLED,
    "RequestLimitExceeded": Kind.THROTTLED,
    "TooManyRequests": Kind.THROTTLED,
    "BandwidthLimitExceeded": Kind.THROTTLED,
    "429": Kind.THROTTLED,
    "403": Kind.NO_RIGHT,
}

UNREACHABLE_CODES = frozenset({"ServiceUnavailable", "InternalError", "RequestTimeout", "503", "500"})
BUSY = frozenset({Kind.UNREACHABLE, Kind.THROTTLED})
"""Asking again at once would not help, for whichever object."""
_UNREACHABLE = ("ConnectionError", "TimeoutError", "ConnectTimeout", "ReadTimeout", "SSLError", "ConnectionClosed")

_MEANINGS: dict[Kind, Promise] = {
    Kind.WRONG_KEY: _("The key is wrong: its AccessKey does not exist, or its SecretKey belongs to another one."),
    Kind.WRONG_REGION: _("The region is wrong: the bucket is not there."),
    Kind.MISSING_BUCKET: _("There is no such bucket in this region: its name or the region is wrong."),
    Kind.MISSING_OBJECT: _("The file is not in the bucket."),
    Kind.NO_RIGHT: _("The key is right, but it has no right to do this."),
    Kind.ARCHIVED: _("The file is archived: it must be restored before it can be played or downloaded."),
    Kind.RESTORING: _("The file is archived and is being restored."),
    Kind.CLOCK: _("The storage refused the request because this server's clock is wrong."),
    Kind.EXPIRED: _("The key is temporary and has expired."),
    Kind.ENCRYPTION: _("The file is encrypted, and the key has no right to use its encryption key (KMS)."),
    Kind.ACCOUNT: _("The cloud account is suspended or in arrears."),
    Kind.THROTTLED: _("The storage received too many requests."),
    Kind.UNREACHABLE: _("The storage did not answer in time, or cannot be reached from here."),
    Kind.OTHER: _("The storage refused, for a reason of its own."),
}

_REMEDIES: dict[Kind, Promise] = {
    Kind.WRONG_KEY: _("Copy both halves of the key again, and see whether it was disabled or deleted."),
    Kind.WRONG_REGION: _("Add a storage with the region that the vendor's console shows for this bucket."),
    Kind.MISSING_BUCKET: _("Compare the bucket's name and region with the vendor's console."),
    Kind.MISSING_OBJECT: _("It was not uploaded yet, or a user or a lifecycle rule deleted it."),
    Kind.NO_RIGHT: _("Give the key's user this right on this bucket, in the vendor's console."),
    Kind.ARCHIVED: _(
        "Restore it in the provider's console, wait until that is done (minutes to two days), then try again."
    ),
    Kind.RESTORING: _("Wait until that is done (minutes to two days), then try again."),
    Kind.CLOCK: _("Set this server's clock by NTP, then try again."),
    Kind.EXPIRED: _("Replace it with a permanent key."),
    Kind.ENCRYPTION: _("Give the key's user the right to decrypt with this KMS key, in the provider's console."),
    Kind.ACCOUNT: _("Check the account's balance and state in the provider's console."),
    Kind.THROTTLED: _("Wait a minute, then try again. If this happens often, ask the provider for a higher limit."),
    Kind.UNREACHABLE: _("See whether this server may reach the region's address, then try again."),
    Kind.OTHER: _("The vendor's own words say which; its support can tell more."),
}


def kind_of(code: str, message: str = "") -> Kind:
    """The kind of a vendor's code, or of the name of a botocore exception; OTHER for what is not known.

    S3 answers AccessDenied also when it may not decrypt: only the message names the right that is missing.
    """
    if code.startswith("KMS") or (code == "AccessDenied" and "kms" in message.lower()):
        return Kind.ENCRYPTION
    if code == "AccessDenied" and "expired" in message.lower():
        return Kind.CLOCK
    if code in _KINDS:
        return _KINDS[code]
    if code in UNREACHABLE_CODES or code.endswith(_UNREACHABLE):
        return Kind.UNREACHABLE
    return Kind.OTHER


def meaning(kind: Kind) -> Promise:
    """One sentence: what is wrong."""
    return _MEANINGS[kind]


def remedy(kind: Kind) -> Promise:
    """One sentence: what to do about it."""
    return _REMEDIES[kind]
