"""What storages complain about, each in words of its own; and what HEAD does not say, GET does."""

import pytest

from recordings.models import StorageCredential
from recordings.object_storage.errors import BucketError, ErrorKind, kind_of, meaning, remedy
from recordings.sandbox.bucket_rights import Refusal
from recordings.sandbox.bucket_server import BucketServer

from .access import opened

KMS = "User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/2"


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("RequestTimeTooSkewed", "", ErrorKind.CLOCK), ("AccessDenied", "Request has expired", ErrorKind.CLOCK),
        ("ExpiredToken", "", ErrorKind.EXPIRED), ("TokenRefreshRequired", "", ErrorKind.EXPIRED),
        ("InvalidToken", "", ErrorKind.EXPIRED),
        ("InvalidObjectState", "", ErrorKind.ARCHIVED), ("KMS.DisabledException", "", ErrorKind.ENCRYPTION),
        ("KMS.KMSInvalidStateException", "", ErrorKind.ENCRYPTION), ("AccessDenied", KMS, ErrorKind.ENCRYPTION),
        ("AccessDenied", "Access Denied", ErrorKind.NO_RIGHT), ("SlowDown", "", ErrorKind.THROTTLED),
        ("RequestLimitExceeded", "", ErrorKind.THROTTLED), ("429", "", ErrorKind.THROTTLED),
        ("NoSuchBucket", "", ErrorKind.MISSING_BUCKET),
        ("PermanentRedirect", "", ErrorKind.WRONG_REGION), ("UserSuspended", "", ErrorKind.ACCOUNT),
        ("ServiceUnavailable", "", ErrorKind.UNREACHABLE), ("ReadTimeoutError", "", ErrorKind.UNREACHABLE),
        ("NeverHeardOf", "", ErrorKind.OTHER),
    ],
)  # fmt: skip
def test_each_complaint_has_its_kind(code: str, message: str, kind: ErrorKind) -> None:
    assert kind_of(code, message) is kind


def test_each_kind_has_words_of_its_own() -> None:
    assert len({str(meaning(kind)) for kind in ErrorKind}) == len(ErrorKind)
    assert all(str(remedy(kind)) for kind in ErrorKind)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("RequestTimeTooSkewed", "", ErrorKind.CLOCK), ("ExpiredToken", "", ErrorKind.EXPIRED),
        ("AccessDenied", KMS, ErrorKind.ENCRYPTION),
        ("SlowDown", "", ErrorKind.THROTTLED), ("InvalidObjectState", "", ErrorKind.ARCHIVED),
    ],
)  # fmt: skip
def test_the_reason_that_head_has_no_body_for_is_found(
    bucket: BucketServer, storage: StorageCredential, code: str, message: str, kind: ErrorKind
) -> None:
    bucket.put(storage.bucket, "a.mp4", b"x")
    bucket.guard.refusal = Refusal(code=code, message=message)
    with pytest.raises(BucketError) as raised:
        opened(storage).check("a.mp4")
    assert (raised.value.kind, raised.value.code) == (kind, code)


@pytest.mark.django_db
def test_what_can_be_read_is_read_and_an_empty_object_too(bucket: BucketServer, storage: StorageCredential) -> None:
    bucket.put(storage.bucket, "a.mp4", b"x")
    bucket.put(storage.bucket, "b.mp4", b"")
    opened(storage).check("a.mp4")
    opened(storage).check("b.mp4")
    with pytest.raises(BucketError) as raised:
        opened(storage).check("c.mp4")
    assert raised.value.kind is ErrorKind.MISSING_OBJECT


@pytest.mark.django_db
def test_a_cors_rule_is_found_by_asking_as_a_page_would(bucket: BucketServer, storage: StorageCredential) -> None:
    bucket.put(storage.bucket, "a.ts", b"x")
    assert opened(storage).lets_read("a.ts", origin="https://admin.example")
    bucket.guard.cors = False
    assert not opened(storage).lets_read("a.ts", origin="https://admin.example")
