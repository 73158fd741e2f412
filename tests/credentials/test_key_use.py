"""What still uses a replaced storage key, and when it can be revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.capture.usecases import freeze
from recordings.credentials.key_use import use_of
from recordings.models import Project, StorageKey
from tests.capture.wanted import wanted
from tests.factories import make_device, make_operator, make_storage, make_storage_key

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def replaced_key(project: Project, **fields: object) -> StorageKey:
    """A key that one recording was started with, and that was replaced after it."""
    storage = make_storage(project)
    recording = freeze(actor=make_operator(project), wanted=wanted(make_device(project), storage))
    for name, value in fields.items():
        setattr(recording, name, value)
    recording.save(force_insert=True)
    storage.keys.update(replaced_at=NOW)
    make_storage_key(storage)
    return recording.storage_key


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
    use = use_of(StorageKey.objects.get(pk=key.pk), now=NOW)
    assert (use.using_count, use.never_completed_count) == (uses, never)
    assert (use.free_since is None) == bool(uses)
