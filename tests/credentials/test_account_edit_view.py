"""Changing a cloud account, and replacing its key."""

from typing import Any

import pytest

from recordings import vault
from recordings.credentials.services import change_account
from recordings.models import AuditEntry, CloudAccount, User
from tests.factories import ACCOUNT_SECRET_KEY, make_account, signed_in
from tests.forms import errors_of, hostile_answers

pytestmark = pytest.mark.django_db
NEW = "another-secret-key-0123456789"


@pytest.fixture
def account() -> CloudAccount:
    return make_account(name="Mining")


def url_of(account: CloudAccount) -> str:
    return f"/credentials/accounts/{account.pk}/edit/"


def answers_of(account: CloudAccount, **changed: Any) -> dict[str, Any]:
    return {
        "name": account.name, "secret_id": account.secret_id, "secret_key": "", "endpoint": account.endpoint,
        "region": account.region, "language": account.language, "calls_per_second": account.calls_per_second,
        "live_limit": account.live_limit,
    } | changed  # fmt: skip


def test_an_empty_secret_keeps_the_stored_one(account: CloudAccount, admin: User) -> None:
    sealed = bytes(account.secret_key_sealed)
    assert signed_in(admin).post(url_of(account), answers_of(account, live_limit=300)).status_code == 303
    account.refresh_from_db()
    assert (account.live_limit, bytes(account.secret_key_sealed)) == (300, sealed)
    entry = AuditEntry.objects.get(action="account.changed")
    assert (entry.before, entry.after) == ({"live_limit": 100}, {"live_limit": 300})


def test_the_stored_one_is_known_by_its_last_characters(account: CloudAccount, admin: User) -> None:
    page = signed_in(admin).get(url_of(account)).content.decode()
    assert "Current key: ••••6789. Leave blank to keep it." in page
    assert ACCOUNT_SECRET_KEY not in page


def test_a_last_character_that_is_markup_is_escaped(admin: User) -> None:
    account = make_account(secret_key="0123456789ab<hr>")
    page = signed_in(admin).get(url_of(account)).content.decode()
    assert "••••&lt;hr&gt;." in page
    assert "<hr>" not in page


def test_a_short_secret_has_no_hint(admin: User) -> None:
    account = make_account(secret_key="eightchr")
    assert "Leave blank to keep the current key." in signed_in(admin).get(url_of(account)).content.decode()


def test_a_new_secret_replaces_the_stored_one(account: CloudAccount, admin: User) -> None:
    assert signed_in(admin).post(url_of(account), answers_of(account, secret_key=NEW)).status_code == 303
    account.refresh_from_db()
    assert vault.open_sealed(account, "secret_key") == NEW
    assert account.secret_key_hint == NEW[-4:]
    entry = AuditEntry.objects.get(action="account.changed")
    assert (entry.before, entry.after) == ({}, {"secret_key": "replaced"})


def test_another_secret_id_without_its_secret_key_is_refused(account: CloudAccount, admin: User) -> None:
    errors = errors_of(signed_in(admin), url_of(account), answers_of(account, secret_id="AKIDsomebodyelse"))
    assert errors == {"secret_key": ["A new SecretId needs its SecretKey too."]}
    assert CloudAccount.objects.get().secret_id == account.secret_id


def test_another_pair_replaces_both_and_the_trail_shows_neither(account: CloudAccount, admin: User) -> None:
    answers = answers_of(account, secret_id="AKIDsomebodyelse", secret_key=NEW)
    assert signed_in(admin).post(url_of(account), answers).status_code == 303
    stored = CloudAccount.objects.get()
    assert (stored.secret_id, vault.open_sealed(stored, "secret_key")) == ("AKIDsomebodyelse", NEW)
    entry = AuditEntry.objects.get(action="account.changed")
    assert (entry.before, entry.after) == ({}, {"secret_id": "replaced", "secret_key": "replaced"})


def test_a_form_from_before_a_rotation_cannot_put_the_old_id_beside_the_new_key(
    account: CloudAccount, admin: User
) -> None:
    old = answers_of(account, name="Renamed")
    signed_in(admin).post(url_of(account), answers_of(account, secret_id="AKIDrotated", secret_key=NEW))
    errors = errors_of(signed_in(admin), url_of(account), old)
    assert list(errors) == ["secret_key"]


def test_a_save_does_not_undo_a_rotation_of_encryption_keys(account: CloudAccount, admin: User) -> None:
    loaded_before = CloudAccount.objects.get(pk=account.pk)
    vault.seal(account, "secret_key", ACCOUNT_SECRET_KEY)
    account.save()
    loaded_before.name = "Renamed"
    assert change_account(actor=admin, account=loaded_before, secret_key="")
    stored = CloudAccount.objects.get(pk=account.pk)
    assert (stored.name, bytes(stored.secret_key_sealed)) == ("Renamed", bytes(account.secret_key_sealed))


def test_saving_it_unchanged_writes_nothing(account: CloudAccount, admin: User) -> None:
    assert signed_in(admin).post(url_of(account), answers_of(account)).status_code == 303
    assert not AuditEntry.objects.filter(target_type="CloudAccount").exists()


def test_nothing_that_is_posted_breaks_it(account: CloudAccount, admin: User) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers_of(account, secret_key=NEW, region="ap-guangzhou")):
        assert client.post(url_of(account), posted).status_code in {303, 422}, what
