"""Changing a cloud account; its key has a page of its own."""

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
        "name": account.name, "endpoint": account.endpoint,
        "region": account.region, "language": account.language, "calls_per_second": account.calls_per_second,
        "live_limit": account.live_limit,
    } | changed  # fmt: skip


def test_a_change_keeps_the_key(account: CloudAccount, admin: User) -> None:
    sealed = bytes(account.secret_key_sealed)
    assert signed_in(admin).post(url_of(account), answers_of(account, live_limit=300)).status_code == 303
    account.refresh_from_db()
    assert (account.live_limit, bytes(account.secret_key_sealed)) == (300, sealed)
    entry = AuditEntry.objects.get(action="account.changed")
    assert (entry.before, entry.after) == ({"live_limit": 100}, {"live_limit": 300})


def test_the_key_is_neither_in_the_form_nor_ignored_when_it_is_posted(account: CloudAccount, admin: User) -> None:
    client = signed_in(admin)
    assert not {"secret_id", "secret_key"} & set(client.get(url_of(account)).context["form"].fields)
    errors = errors_of(client, url_of(account), answers_of(account, secret_key=NEW, live_limit=7))
    assert errors == {"__all__": ["A key is replaced on a page of its own: use Replace key."]}
    assert CloudAccount.objects.get().live_limit == account.live_limit


def test_a_save_does_not_undo_a_rotation_of_encryption_keys(account: CloudAccount, admin: User) -> None:
    loaded_before = CloudAccount.objects.get(pk=account.pk)
    vault.seal(account, "secret_key", ACCOUNT_SECRET_KEY)
    account.save()
    loaded_before.name = "Renamed"
    assert change_account(actor=admin, account=loaded_before)
    stored = CloudAccount.objects.get(pk=account.pk)
    assert (stored.name, bytes(stored.secret_key_sealed)) == ("Renamed", bytes(account.secret_key_sealed))


def test_saving_it_unchanged_writes_nothing(account: CloudAccount, admin: User) -> None:
    assert signed_in(admin).post(url_of(account), answers_of(account)).status_code == 303
    assert not AuditEntry.objects.filter(target_type="CloudAccount").exists()


def test_nothing_that_is_posted_breaks_it(account: CloudAccount, admin: User) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers_of(account, region="ap-guangzhou")):
        assert client.post(url_of(account), posted).status_code in {303, 422}, what
