"""POST /credentials/storage/<id>/test/: a key is tested on its bucket, and each failure is distinguished."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.models import AuditEntry, StorageCredential, StorageKey, User
from recordings.object_storage.check_access import TEST_OBJECT
from recordings.sandbox.bucket_server import BucketServer
from tests.access import assert_methods
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, make_storage, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin: User) -> Client:
    return signed_in(admin)


def url(storage: StorageCredential) -> str:
    return f"/credentials/storage/{storage.pk}/test/"


def run(client: Client, storage: StorageCredential) -> StorageKey:
    assert client.post(url(storage)).status_code == 303
    return storage.keys.get(replaced_at=None)


def page(client: Client, storage: StorageCredential) -> str:
    return client.get(storage.get_absolute_url()).content.decode()


def test_a_good_key_can_do_everything_and_leaves_nothing_behind(
    client: Client, bucket: BucketServer, storage: StorageCredential
) -> None:
    assert "Not tested yet" in page(client, storage)
    key = run(client, storage)
    assert (key.can_write, key.can_read, key.can_list, key.can_delete, key.region_fits) == (True,) * 5
    assert (key.test_code, key.test_message) == ("", "")
    assert key.tested_at
    assert bucket.keys(storage.bucket) == []
    assert "All checks passed" in page(client, storage)
    entry = AuditEntry.objects.get(action="storage.key_tested")
    assert entry.after["can_write"] is True
    assert entry.actor == "admin"


def test_a_wrong_access_key_is_explained(client: Client, bucket: BucketServer, storage: StorageCredential) -> None:
    change_key(storage, access_key="AKIDofsomebodyelse", secret_key=STORAGE_SECRET_KEY)
    key = run(client, storage)
    assert (key.can_write, key.can_read, key.test_code) == (False, None, "InvalidAccessKeyId")
    assert "The key is wrong" in page(client, storage)


def test_a_wrong_secret_key_is_explained(client: Client, bucket: BucketServer, storage: StorageCredential) -> None:
    change_key(storage, access_key=STORAGE_ACCESS_KEY, secret_key="not-the-right-secret-key")
    key = run(client, storage)
    assert (key.can_write, key.test_code) == (False, "SignatureDoesNotMatch")
    shown = page(client, storage)
    assert "The key is wrong" in shown
    assert "Recording into this bucket will fail" in shown


def test_a_missing_bucket_is_explained(client: Client, bucket: BucketServer, storage: StorageCredential) -> None:
    StorageCredential.objects.update(bucket="nowhere-1304123456")
    key = run(client, storage)
    assert (key.can_write, key.test_code) == (False, "NoSuchBucket")
    assert "No such bucket in this region" in page(client, storage)


def test_a_wrong_region_is_explained_with_the_right_one(
    client: Client, bucket: BucketServer, storage: StorageCredential
) -> None:
    StorageCredential.objects.update(vendor=StorageCredential.Vendor.AWS, bucket="archive", region="us-east-1")
    bucket.create("archive", region="eu-west-1", cos=False)
    key = run(client, storage)
    assert (key.region_fits, key.test_code, key.test_message) == (False, "WrongRegion", "eu-west-1")
    shown = page(client, storage)
    assert "The bucket is not in this region" in shown
    assert "Recording into this bucket will fail" in shown


def test_no_right_to_write_is_explained_and_what_else_it_may(
    client: Client, bucket: BucketServer, storage: StorageCredential
) -> None:
    bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "GetObject", "ListBucket")
    key = run(client, storage)
    assert (key.can_write, key.can_list, key.can_delete, key.test_code) == (False, True, None, "AccessDenied")
    shown = page(client, storage)
    assert "The key is valid but lacks this permission" in shown
    assert "Nothing can be recorded into this bucket" in shown


@pytest.mark.parametrize(
    ("missing", "field", "message"),
    [
        ("ListBucket", "can_list", "A lost TaskId cannot be recovered"),
        ("GetObject", "can_read", "Recordings cannot be played"),
        ("DeleteObject", "can_delete", "the small test object stays"),
    ],
)
def test_each_missing_right_is_named_with_what_works_less_well(
    client: Client, bucket: BucketServer, storage: StorageCredential, missing: str, field: str, message: str
) -> None:
    bucket.grant(
        STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, *({"PutObject", "GetObject", "ListBucket", "DeleteObject"} - {missing})
    )
    key = run(client, storage)
    rights = {"can_write": True, "can_read": True, "can_list": True, "can_delete": True} | {field: False}
    assert {name: getattr(key, name) for name in rights} == rights
    shown = page(client, storage)
    assert message in shown
    assert "Recording into this bucket will fail" not in shown
    assert bucket.keys(storage.bucket) == ([TEST_OBJECT] if missing == "DeleteObject" else [])


def test_a_storage_that_does_not_answer_is_explained_and_nothing_is_claimed(
    client: Client, settings: Settings, storage: StorageCredential
) -> None:
    settings.SANDBOX_STORAGE = "http://127.0.0.1:9"
    key = run(client, storage)
    assert (key.can_write, key.test_code) == (None, "EndpointConnectionError")
    assert "did not respond in time" in page(client, storage)


def test_an_unreadable_key_is_explained(client: Client, bucket: BucketServer, storage: StorageCredential) -> None:
    StorageKey.objects.update(secret_key_sealed=b"\x01damaged")
    assert run(client, storage).test_code == "KeyDoesNotOpen"
    assert page(client, storage)


def test_a_storage_without_a_key_says_so(client: Client, bucket: BucketServer) -> None:
    storage = make_storage(keyed=False)
    response = client.post(url(storage), follow=True)
    assert "this storage has no key" in response.content.decode()


def test_neither_half_of_the_key_is_shown(client: Client, bucket: BucketServer, storage: StorageCredential) -> None:
    change_key(storage, access_key=STORAGE_ACCESS_KEY, secret_key="not-the-right-secret-key")
    run(client, storage)
    for text in (page(client, storage), str(AuditEntry.objects.last().after), storage.keys.get().test_message):
        assert STORAGE_ACCESS_KEY not in text
        assert "not-the-right-secret-key" not in text


def test_htmx_gets_the_result_in_place(client: Client, bucket: BucketServer, storage: StorageCredential) -> None:
    response = client.post(url(storage), headers=FRAGMENT)
    assert response.status_code == 200
    shown = response.content.decode().strip()
    assert shown.startswith('<section id="key-test"')
    assert "All checks passed" in shown


def test_who_may(storage: StorageCredential, operator: User, auditor: User, no_role_user: User, admin: User) -> None:
    assert Client().post(url(storage)).headers["Location"].startswith("/login/")
    for person in (operator, auditor, no_role_user):
        assert signed_in(person).post(url(storage)).status_code == 403
    assert_methods(url(storage), admin, "post")
    assert signed_in(admin).get(url(storage)).status_code == 405
    assert signed_in(admin).post("/credentials/storage/999999/test/").status_code == 404


def test_the_start_form_shows_the_last_test_and_its_age_beside_every_storage(
    client: Client, bucket: BucketServer, storage: StorageCredential, operator: User
) -> None:
    form = signed_in(operator).get("/recordings/new/").content.decode()
    assert "Pit archive · not tested yet" in form
    run(client, storage)
    form = signed_in(operator).get("/recordings/new/").content.decode()
    assert "Pit archive · works, tested 0\xa0minutes ago" in form
    bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "GetObject")
    run(client, storage)
    form = signed_in(operator).get("/recordings/new/").content.decode()
    assert "Pit archive · fails, tested 0\xa0minutes ago" in form


def change_key(storage: StorageCredential, *, access_key: str, secret_key: str) -> None:
    key = storage.keys.get(replaced_at=None)
    vault.seal(key, "access_key", access_key)
    vault.seal(key, "secret_key", secret_key)
    key.save()
