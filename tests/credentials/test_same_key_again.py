"""A key that is typed again unchanged is no new key: it keeps its age and what its test found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.models import AuditEntry, CloudAccount, StorageCredential, StorageKey, User
from tests.credentials.form_posts import replace_key
from tests.factories import (
    ACCOUNT_SECRET_KEY,
    STORAGE_ACCESS_KEY,
    STORAGE_SECRET_KEY,
    make_account,
    signed_in,
)

pytestmark = pytest.mark.django_db
OLD = timezone.now() - timedelta(days=400)


def test_the_same_account_key_keeps_its_age_and_its_test(admin: User) -> None:
    account = make_account(key_set_at=OLD, key_set_by="somebody", tested_at=OLD, test_passed=True)
    replace_key(signed_in(admin), account, secret_key=ACCOUNT_SECRET_KEY)
    account.refresh_from_db()
    assert (account.key_set_at, account.key_set_by, account.test_passed) == (OLD, "somebody", True)
    assert not AuditEntry.objects.filter(action="account.key_replaced").exists()


def test_the_same_secret_key_with_another_secret_id_is_a_new_key(admin: User) -> None:
    account = make_account(key_set_at=OLD)
    replace_key(signed_in(admin), account, secret_id="AKIDsomebodyelse", secret_key=ACCOUNT_SECRET_KEY)
    account.refresh_from_db()
    assert account.key_set_at > OLD


def test_an_account_key_that_does_not_open_is_replaced_by_the_same(admin: User) -> None:
    account = make_account(key_set_at=OLD)
    CloudAccount.objects.update(secret_key_sealed=b"damaged")
    replace_key(signed_in(admin), account, secret_key=ACCOUNT_SECRET_KEY)
    account.refresh_from_db()
    assert account.key_set_at > OLD


def test_the_same_storage_key_stays_the_current_one(storage: StorageCredential, admin: User) -> None:
    before = storage.keys.get()
    replace_key(signed_in(admin), storage, access_key=STORAGE_ACCESS_KEY, secret_key=STORAGE_SECRET_KEY)
    assert storage.keys.get() == before
    assert storage.keys.get().replaced_at is None
    assert not AuditEntry.objects.filter(target_type="StorageCredential").exists()


@pytest.mark.parametrize("half", ["access_key", "secret_key"])
def test_one_other_half_is_another_storage_key(half: str, storage: StorageCredential, admin: User) -> None:
    same = {"access_key": STORAGE_ACCESS_KEY, "secret_key": STORAGE_SECRET_KEY}
    replace_key(signed_in(admin), storage, **same | {half: "the-right-one-0123456"})
    assert storage.keys.count() == 2


def test_a_storage_key_that_does_not_open_is_replaced_by_the_same(storage: StorageCredential, admin: User) -> None:
    StorageKey.objects.update(access_key_sealed=b"damaged")
    replace_key(signed_in(admin), storage, access_key=STORAGE_ACCESS_KEY, secret_key=STORAGE_SECRET_KEY)
    assert storage.keys.count() == 2
