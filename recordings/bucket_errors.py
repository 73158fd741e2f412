"""What object storages complain about: each of their codes as one of a few kinds, and what that means.

Source: the error codes of S3 and of COS, which has taken over most of them.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """What went wrong with a bucket, as far as it makes a difference to somebody."""

    WRONG_KEY = "wrong_key"
    WRONG_REGION = "wrong_region"
    MISSING_BUCKET = "missing_bucket"
    MISSING_OBJECT = "missing_object"
    NO_RIGHT = "no_right"
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


WRONG_REGION_CODE = "WrongRegion"
"""Ours: everything worked, and the bucket is elsewhere all the same."""
CANNOT_OPEN_CODE = "KeyDoesNotOpen"
"""Ours: the sealed key cannot be opened."""

_KINDS = {
    "InvalidAccessKeyId": Kind.WRONG_KEY,
    "SignatureDoesNotMatch": Kind.WRONG_KEY,
    "InvalidSecretId": Kind.WRONG_KEY,
    "InvalidToken": Kind.WRONG_KEY,
    "InvalidAccessPoint": Kind.WRONG_KEY,
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
    "AllAccessDisabled": Kind.NO_RIGHT,
    "AccountProblem": Kind.NO_RIGHT,
    "UserSuspended": Kind.NO_RIGHT,
    "403": Kind.NO_RIGHT,
}

UNREACHABLE_CODES = frozenset({"SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "503", "500"})
_UNREACHABLE = ("ConnectionError", "TimeoutError", "ConnectTimeout", "ReadTimeout", "SSLError", "ConnectionClosed")

_MEANINGS: dict[Kind, Promise] = {
    Kind.WRONG_KEY: _("The key is wrong: its AccessKey does not exist, or its SecretKey belongs to another one."),
    Kind.WRONG_REGION: _("The region is wrong: the bucket is not there."),
    Kind.MISSING_BUCKET: _("There is no such bucket in this region: its name or the region is wrong."),
    Kind.MISSING_OBJECT: _("The file is not in the bucket."),
    Kind.NO_RIGHT: _("The key is right, but it has no right to do this."),
    Kind.UNREACHABLE: _("The storage did not answer in time, or cannot be reached from here."),
    Kind.OTHER: _("The storage refused, for a reason of its own."),
}

_REMEDIES: dict[Kind, Promise] = {
    Kind.WRONG_KEY: _("Copy both halves of the key again, and see whether it was disabled or deleted."),
    Kind.WRONG_REGION: _("Add a storage with the region that the vendor's console shows for this bucket."),
    Kind.MISSING_BUCKET: _("Compare the bucket's name and region with the vendor's console."),
    Kind.MISSING_OBJECT: _("It was not uploaded yet, or somebody or a lifecycle rule took it away."),
    Kind.NO_RIGHT: _("Give the key's user this right on this bucket, in the vendor's console."),
    Kind.UNREACHABLE: _("See whether this server may reach the region's address, then try again."),
    Kind.OTHER: _("The vendor's own words say which; its support can tell more."),
}


def kind_of(code: str) -> Kind:
    """The kind of a vendor's code, or of the name of a botocore exception; OTHER for what is not known."""
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
