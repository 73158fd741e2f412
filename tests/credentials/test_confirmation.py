"""Changing credentials asks who did not just prove who they are to do so again; keys tell their age."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recordings.models import CloudAccount, Project, StorageCredential, StorageKey, User
from tests.credentials.form_posts import replace_key
from tests.factories import make_account, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db


def sensitive_pages(project: Project, storage: StorageCredential) -> list[str]:
    account, callbacks = project.account.get_absolute_url(), f"{project.get_absolute_url()}callbacks/"
    kept = storage.get_absolute_url()
    return [
        "/credentials/accounts/new/", f"{account}edit/", f"{account}key/", f"{account}retire/", f"{account}restore/",
        "/credentials/storage/new/", f"{kept}edit/", f"{kept}key/", f"{kept}retire/", f"{kept}restore/",
        f"{callbacks}replace/", f"{callbacks}retire/",
    ]  # fmt: skip


def test_who_has_not_just_confirmed_is_led_to_it_and_a_fragment_says_so(
    project: Project, storage: StorageCredential, admin: User
) -> None:
    client = Client()
    client.force_login(admin)
    for url in sensitive_pages(project, storage):
        assert "/login/again/" in client.post(url).headers["Location"], url
        answer = client.post(url, headers=FRAGMENT)
        assert answer.status_code == 403
        assert 'id="confirm-again"' in answer.content.decode()
    storage.refresh_from_db()
    assert storage.retired_at is None


def test_an_old_key_is_warned_about_on_page_and_list(storage: StorageCredential, admin: User) -> None:
    account, client, pages = make_account(), signed_in(admin), {}
    for row, shown in ((account, "/credentials/accounts/"), (storage, "/credentials/storage/")):
        pages[row.get_absolute_url()] = pages[shown] = None
    assert not [url for url in pages if "old – rotate" in client.get(url).content.decode()]
    long_ago = timezone.now() - timedelta(days=91)
    CloudAccount.objects.update(key_set_at=long_ago)
    StorageKey.objects.update(created_at=long_ago)
    assert [url for url in pages if "old – rotate" in client.get(url).content.decode()] == list(pages)


def test_replacing_an_accounts_key_says_who_when_and_what_its_own_test_found(admin: User) -> None:
    account = make_account(test_passed=True, tested_at=timezone.now())
    before, client = account.key_set_at, signed_in(admin)
    replace_key(client, account, secret_id="AKIDother", secret_key="another-secret-key-0123")
    account.refresh_from_db()
    assert (account.key_set_by, account.test_passed) == ("admin", False)
    assert account.key_set_at > before
    assert "can be revoked at Tencent Cloud" in client.get(account.get_absolute_url()).content.decode()
