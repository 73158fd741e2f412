"""/credentials/…/<id>/key/: a new key is tested before it replaces the current one."""

from collections.abc import Mapping

import pytest
from django.test import Client

from recordings import vault
from recordings.credentials.keys import NewAccountKey, NewKey
from recordings.credentials.replace_key import Superseded, replace_account_key, replace_storage_key
from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, CloudAccount, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from recordings.sandbox.bucket_server import BucketServer
from tests.factories import ACCOUNT_SECRET_KEY, STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, make_storage, signed_in
from tests.forms import FRAGMENT, errors_of, hostile_answers
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
NEW = {"access_key": "AKIDof-the-new-key", "secret_key": "the-new-secret-key-0123"}
FORCED = {"without_test": "on", "reason": "The old key leaked"}
NOT_REPLACED = "The new key did not pass its test. Nothing was replaced."


@pytest.fixture
def client(admin: User) -> Client:
    return signed_in(admin)


def url_of(row: StorageCredential | CloudAccount) -> str:
    return f"{row.get_absolute_url()}key/"


def account_key(account: CloudAccount, **changed: str) -> Mapping[str, str]:
    return {"secret_id": account.secret_id, "secret_key": "the-new-secret-key-0123"} | changed


@pytest.fixture
def account(project: Project) -> CloudAccount:
    return project.account


# A storage's key


def test_a_storage_key_that_works_replaces_the_old_one_with_what_its_test_found(
    client: Client, bucket: BucketServer, storage: StorageCredential, device: Device, operator: User
) -> None:
    old = storage.keys.get()
    build_recording(actor=operator, request=start_request(device, storage)).save()
    bucket.grant(NEW["access_key"], NEW["secret_key"], "PutObject", "GetObject")
    page = client.post(url_of(storage), NEW, follow=True).content.decode()
    assert "Key tested and replaced." in page
    assert "A lost TaskId cannot be recovered" in page
    new = storage.keys.get(replaced_at=None)
    assert (new.created_by, vault.open_sealed(new, "access_key")) == ("admin", NEW["access_key"])
    assert (new.can_write, new.can_list, bool(new.tested_at)) == (True, False, True)
    old.refresh_from_db()
    assert old.replaced_at is not None
    assert vault.open_sealed(Recording.objects.get().storage_key, "secret_key") == STORAGE_SECRET_KEY
    entry = AuditEntry.objects.get(action="storage.key_replaced")
    assert (entry.before, entry.reason) == ({"key": str(old.pk)}, "")
    assert {"key": str(new.pk), "access_key": "replaced", "can_write": True, "can_list": False}.items() <= (
        entry.after.items()
    )


def test_a_storage_key_that_fails_replaces_nothing_and_the_page_says_why(
    client: Client, bucket: BucketServer, storage: StorageCredential
) -> None:
    old = storage.keys.get()
    response = client.post(url_of(storage), NEW)
    page = response.content.decode()
    assert response.status_code == 422
    for text in (NOT_REPLACED, "The key is wrong", "InvalidAccessKeyId", "Replace without a passing test"):
        assert text in page, text
    assert storage.keys.get() == old
    assert old.replaced_at is None
    entry = AuditEntry.objects.get(action="storage.key_rejected")
    assert (entry.after["can_write"], entry.after["test_code"]) == (False, "InvalidAccessKeyId")


def test_a_storage_key_that_fails_replaces_the_old_one_for_a_reason(
    client: Client, bucket: BucketServer, storage: StorageCredential
) -> None:
    errors = errors_of(client, url_of(storage), NEW | {"without_test": "on"})
    assert errors == {"reason": ["Enter a reason; it is kept on record."]}
    page = client.post(url_of(storage), NEW | FORCED, follow=True).content.decode()
    assert "Key replaced although its test failed." in page
    assert "Recording into this bucket will fail" in page
    assert vault.open_sealed(storage.keys.get(replaced_at=None), "access_key") == NEW["access_key"]
    entry = AuditEntry.objects.get(action="storage.key_replaced")
    assert (entry.reason, entry.after["test_code"]) == ("The old key leaked", "InvalidAccessKeyId")


def test_the_box_is_offered_only_after_a_test_failed(client: Client, storage: StorageCredential) -> None:
    assert "Replace without a passing test" not in client.get(url_of(storage)).content.decode()
    assert "Replace without a passing test" not in client.post(url_of(storage), {}).content.decode()


def test_a_storage_without_a_key_gets_its_first_one(client: Client, bucket: BucketServer, project: Project) -> None:
    storage = make_storage(project, keyed=False)
    bucket.create(storage.bucket, region=storage.region)
    assert "Add a key" in client.get(storage.get_absolute_url()).content.decode()
    key = {"access_key": STORAGE_ACCESS_KEY, "secret_key": STORAGE_SECRET_KEY}
    assert client.post(url_of(storage), key).status_code == 303
    assert storage.keys.get().can_write is True
    assert AuditEntry.objects.filter(action="storage.key_added").exists()


def test_a_storage_that_became_another_bucket_during_the_test_keeps_its_key(
    bucket: BucketServer, storage: StorageCredential, admin: User
) -> None:
    loaded_before = StorageCredential.objects.get()
    bucket.grant(NEW["access_key"], NEW["secret_key"])
    StorageCredential.objects.update(region="ap-beijing")
    outcome = replace_storage_key(actor=admin, storage=loaded_before, new=NewKey(**NEW))
    assert isinstance(outcome, Superseded)
    assert storage.keys.get().replaced_at is None


# A cloud account's key


def test_an_account_key_that_works_replaces_the_old_one(
    client: Client, sandbox: Sandbox, account: CloudAccount
) -> None:
    before, right = account.key_set_at, {"secret_id": account.secret_id}
    CloudAccount.objects.update(secret_id="AKIDmistyped")
    page = client.post(url_of(account), right | {"secret_key": ACCOUNT_SECRET_KEY}, follow=True).content.decode()
    assert "Key tested and replaced." in page
    assert "Key works" in page
    account.refresh_from_db()
    assert account.key_set_at > before
    assert (account.secret_id, account.key_set_by, account.test_passed) == (right["secret_id"], "admin", True)
    entry = AuditEntry.objects.get(action="account.key_replaced")
    assert entry.after.items() >= {"secret_id": "replaced", "test_passed": True}.items()


def test_an_account_key_that_fails_replaces_nothing_and_the_page_says_why(
    client: Client, sandbox: Sandbox, account: CloudAccount
) -> None:
    sealed = bytes(account.secret_key_sealed)
    response = client.post(url_of(account), account_key(account, secret_id="AKIDmistyped"))
    page = response.content.decode()
    assert response.status_code == 422
    for text in (NOT_REPLACED, "AuthFailure.SecretIdNotFound", 'value="AKIDmistyped"'):
        assert text in page, text
    stored = CloudAccount.objects.get()
    assert (stored.secret_id, bytes(stored.secret_key_sealed)) == (account.secret_id, sealed)
    assert (stored.tested_at, stored.test_passed) == (None, None)
    entry = AuditEntry.objects.get(action="account.key_rejected")
    assert entry.after == {"test_passed": False, "test_code": "AuthFailure.SecretIdNotFound"}


def test_an_account_that_gets_no_response_keeps_its_key(client: Client, account: CloudAccount) -> None:
    response = client.post(url_of(account), account_key(account))
    assert response.status_code == 422
    assert NOT_REPLACED in response.content.decode()
    assert vault.open_sealed(CloudAccount.objects.get(), "secret_key") == ACCOUNT_SECRET_KEY


def test_an_account_key_that_fails_replaces_the_old_one_for_a_reason(client: Client, account: CloudAccount) -> None:
    page = client.post(url_of(account), account_key(account) | FORCED, follow=True).content.decode()
    assert "Key replaced although its test failed." in page
    stored = CloudAccount.objects.get()
    assert vault.open_sealed(stored, "secret_key") == "the-new-secret-key-0123"
    assert (stored.secret_key_hint, stored.test_passed) == ("0123", False)
    entry = AuditEntry.objects.get(action="account.key_replaced")
    assert (entry.reason, entry.after["secret_key"]) == ("The old key leaked", "replaced")
    assert "secret_id" not in entry.after


def test_a_key_that_another_user_replaced_during_the_test_stays(
    sandbox: Sandbox, account: CloudAccount, admin: User
) -> None:
    loaded_before = CloudAccount.objects.get()
    theirs = NewAccountKey(secret_id="AKIDtheirs", secret_key="their-secret-key-0123")
    replace_account_key(actor=admin, account=account, new=theirs, reason="Leak")
    mine = NewAccountKey(secret_id="AKIDmine", secret_key="my-own-secret-key-0123")
    assert isinstance(replace_account_key(actor=admin, account=loaded_before, new=mine, reason="Leak"), Superseded)
    assert CloudAccount.objects.get().secret_id == "AKIDtheirs"


# Both


def test_the_current_key_is_known_by_its_last_characters_and_never_shown(
    client: Client, storage: StorageCredential, account: CloudAccount
) -> None:
    for row, hints in ((storage, 2), (account, 1)):
        page = client.get(url_of(row)).content.decode()
        assert page.count("Current key: ••••6789") == hints
        for secret in (STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, ACCOUNT_SECRET_KEY):
            assert secret not in page


def test_a_last_character_that_is_markup_is_escaped_and_a_short_key_has_no_hint(
    client: Client, account: CloudAccount
) -> None:
    CloudAccount.objects.update(secret_key_hint="b<hr>"[-4:])
    assert "••••&lt;hr&gt;" in client.get(url_of(account)).content.decode()
    CloudAccount.objects.update(secret_key_hint="")
    assert "Current key" not in client.get(url_of(account)).content.decode()


def test_no_new_key_is_in_a_response(client: Client, storage: StorageCredential, account: CloudAccount) -> None:
    for row, key in ((storage, NEW), (account, account_key(account))):
        for posted in (key, dict(key) | {"without_test": "on"}, dict(key) | FORCED):
            assert key["secret_key"] not in client.post(url_of(row), posted, follow=True).content.decode()


def test_a_fragment_is_the_form_with_its_failure(client: Client, storage: StorageCredential) -> None:
    response = client.post(url_of(storage), NEW, headers=FRAGMENT)
    assert response.status_code == 422
    assert response.content.decode().startswith('\n<form id="edit"') or "<html" not in response.content.decode()
    assert NOT_REPLACED in response.content.decode()


def test_nothing_that_is_posted_breaks_it(client: Client, storage: StorageCredential, account: CloudAccount) -> None:
    for row, answers in ((storage, NEW | FORCED), (account, dict(account_key(account)) | FORCED)):
        for what, posted in hostile_answers(answers):
            assert client.post(url_of(row), posted).status_code in {303, 422}, what
