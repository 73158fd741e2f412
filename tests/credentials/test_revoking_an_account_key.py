"""The page of a cloud account never advises to revoke the SecretId that is in use."""

import pytest
from django.test import Client

from recordings.models import CloudAccount, User
from tests.credentials.form_posts import change, replace_key
from tests.factories import ACCOUNT_SECRET_KEY, make_account, signed_in

pytestmark = pytest.mark.django_db
ADVICE, WARNING = "can be revoked", "do not revoke"


def page_of(client: Client, account: CloudAccount) -> str:
    return client.get(account.get_absolute_url()).content.decode()


def test_a_mended_secret_key_leaves_nothing_to_revoke(admin: User) -> None:
    account, client = make_account(secret_key="mistyped-mistyped-0123"), signed_in(admin)
    assert ADVICE not in page_of(client, account)
    assert WARNING not in page_of(client, account)
    replace_key(client, account, secret_key=ACCOUNT_SECRET_KEY)
    assert ADVICE not in page_of(client, account)
    assert WARNING in page_of(client, account)


def test_the_key_before_another_secret_id_can_be_revoked_whatever_else_changes_later(admin: User) -> None:
    account, client = make_account(), signed_in(admin)
    replace_key(client, account, secret_id="AKIDother", secret_key="another-secret-key-0123")
    change(client, account, live_limit=7)
    assert ADVICE in page_of(client, account)
    assert WARNING not in page_of(client, account)


def test_another_secret_id_that_is_mended_later_is_not_to_be_revoked(admin: User) -> None:
    account, client = make_account(), signed_in(admin)
    replace_key(client, account, secret_id="AKIDother", secret_key="mistyped-mistyped-0123")
    replace_key(client, account, secret_key="another-secret-key-0123")
    assert ADVICE not in page_of(client, account)
    assert WARNING in page_of(client, account)
