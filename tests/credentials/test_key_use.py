"""Which recordings still use a replaced storage key, and when it is safe to revoke."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings import vault
from recordings.credentials.key_use import KeyUse, uses_of
from recordings.lifecycle.start import build_recording
from recordings.models import Project, StorageCredential, StorageKey, User
from tests.credentials.form_posts import replace_key
from tests.factories import (
    STORAGE_ACCESS_KEY,
    STORAGE_SECRET_KEY,
    make_device,
    make_operator,
    make_storage,
    make_storage_key,
    signed_in,
)
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def replaced_key(project: Project, **fields: object) -> StorageKey:
    """A key that one recording was started with, and that was replaced after it."""
    storage = make_storage(project)
    recording = build_recording(actor=make_operator(project), request=start_request(make_device(project), storage))
    for name, value in fields.items():
        setattr(recording, name, value)
    recording.save(force_insert=True)
    storage.keys.update(replaced_at=NOW)
    give(storage, "another-access-key-0123")
    return recording.storage_key


def give(storage: StorageCredential, access_key: str, **fields: object) -> StorageKey:
    """One more key of the storage, with this AccessKey."""
    key = make_storage_key(storage, **fields)
    vault.seal(key, "access_key", access_key)
    key.save()
    return key


def use_of(key: StorageKey) -> KeyUse:
    return next(use for use in uses_of(key.storage, now=NOW, most=20) if use.key == key)


@pytest.mark.parametrize(
    ("state", "upload", "days", "uses", "never"),
    [
        ("recording", "complete", 30, 1, 0),
        ("ended", "partial", 6, 1, 0),
        ("ended", "partial", 8, 0, 1),
        ("ended", "complete", 1, 0, 0),
        ("failed", "none", 1, 0, 0),
        ("refused", "none", 1, 0, 0),
    ],
)
def test_a_key_is_used_until_all_is_uploaded(
    project: Project, state: str, upload: str, days: int, uses: int, never: int
) -> None:
    then = NOW - timedelta(days=days)
    ended = then if state in {"ended", "failed"} else None
    key = replaced_key(project, state=state, upload_state=upload, created_at=then, sent_at=then, ended_at=ended)
    use = use_of(key)
    assert (use.using_count, use.never_completed_count) == (uses, never)
    assert (use.free_since is None) == bool(uses)


def test_a_key_with_the_access_key_of_the_current_one_is_not_to_be_revoked(
    storage: StorageCredential, admin: User
) -> None:
    client = signed_in(admin)
    replace_key(client, storage, access_key=STORAGE_ACCESS_KEY, secret_key="the-right-one-0123456")
    page = client.get(storage.get_absolute_url()).content.decode()
    assert "safe to revoke" not in page
    assert page.count("same AccessKey as the current one: do not revoke") == 1


def test_after_a_key_came_back_only_the_one_between_can_be_revoked(storage: StorageCredential, admin: User) -> None:
    client = signed_in(admin)
    replace_key(client, storage, access_key="another-access-key-0123", secret_key="another-secret-0123")
    replace_key(client, storage, access_key=STORAGE_ACCESS_KEY, secret_key=STORAGE_SECRET_KEY)
    page = client.get(storage.get_absolute_url()).content.decode()
    assert page.count("safe to revoke") == page.count("same AccessKey as the current one: do not revoke") == 1
    assert [use.free_since is not None for use in uses_of(storage, now=NOW, most=20)] == [False, True, False]


def test_keys_with_one_access_key_are_free_together(project: Project, admin: User) -> None:
    used = replaced_key(project, state="recording", created_at=NOW)
    mistyped = give(used.storage, STORAGE_ACCESS_KEY, replaced_at=NOW)
    assert (use_of(mistyped).using_count, use_of(mistyped).free_since, use_of(mistyped).same_as_current) == (
        0,
        None,
        False,
    )
    page = signed_in(admin).get(used.storage.get_absolute_url()).content.decode()
    assert "safe to revoke" not in page
    assert page.count("do not revoke yet") == 1


@pytest.mark.parametrize("damaged", ["the replaced", "the current"])
def test_nothing_is_to_be_revoked_while_a_key_does_not_open(damaged: str, project: Project) -> None:
    key = replaced_key(project, state="refused", created_at=NOW)
    assert use_of(key).free_since
    key.storage.keys.filter(replaced_at__isnull=damaged == "the current").update(access_key_sealed=b"damaged")
    assert (use_of(key).free_since, use_of(key).same_as_current) == (None, False)
