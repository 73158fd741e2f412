"""Testing an account, retiring accounts and storages, and taking them back into use."""

import pytest
from django.test import Client

from recordings.models import AuditEntry, User
from tests.factories import make_account, make_storage, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [make_account, make_storage])
def test_what_is_retired_can_be_taken_back(make, admin: User) -> None:  # type: ignore[no-untyped-def]
    row, client = make(), signed_in(admin)
    assert client.post(f"{row.get_absolute_url()}retire/").status_code == 303
    row.refresh_from_db()
    assert row.retired_at
    assert "Reactivate" in client.get(row.get_absolute_url()).content.decode()
    client.post(f"{row.get_absolute_url()}restore/")
    row.refresh_from_db()
    assert row.retired_at is None
    actions = set(AuditEntry.objects.filter(target_id=str(row.pk)).values_list("action", flat=True))
    assert {action.partition(".")[2] for action in actions} == {"retired", "restored"}


def test_retiring_asks_who_did_not_just_prove_it(admin: User) -> None:
    storage, client = make_storage(), Client()
    client.force_login(admin)
    client.post(f"{storage.get_absolute_url()}retire/")
    client.post(f"{make_account().get_absolute_url()}retire/")
    storage.refresh_from_db()
    assert storage.retired_at is None


def test_account_test_without_response_is_shown_as_failed(admin: User) -> None:
    account, client = make_account(), signed_in(admin)
    assert client.post(f"{account.get_absolute_url()}test/").status_code == 303
    account.refresh_from_db()
    assert account.tested_at
    assert not account.test_passed
    assert account.test_code in client.get(account.get_absolute_url()).content.decode()
    assert AuditEntry.objects.filter(action="account.tested").exists()
