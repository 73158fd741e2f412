"""What a listing shows is merged with what is known, in bulk."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.domain.attention_rule import UPLOAD
from recordings.lifecycle.bucket_files import MAX_AT_ONCE, insert_ahead, merge_seen
from recordings.lifecycle.recording_folder import own_folder_of
from recordings.models import Recording
from recordings.object_storage.bucket import StoredObject

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 2_000


def stored(recording: Recording, name: str, *, size: int = 1, storage_class: str = "STANDARD") -> StoredObject:
    return StoredObject(key=own_folder_of(recording) + name, size=size, at=AT, storage_class=storage_class)


def test_thousands_of_new_and_grown_files_are_written_in_a_few_statements(ended: Recording) -> None:
    now = timezone.now()
    for size in (1, 2):
        seen = [stored(ended, f"b_{number}.mp4", size=size) for number in range(MANY)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert merge_seen(ended, seen, now=now)
        assert len(queries) < 30
        assert ended.files.filter(name__startswith="b_", size=size, seen_in_bucket_at=now).count() == MANY
    assert not merge_seen(ended, seen, now=now + timedelta(minutes=1)), "nothing is new"
    assert ended.files.filter(seen_in_bucket_at=now, name__startswith="b_").count() == MANY


def test_parts_written_in_bulk_have_their_place(ended: Recording) -> None:
    ended.files.all().delete()
    merge_seen(ended, [stored(ended, f"b_{number}.mp4") for number in (10, 9, 1)], now=timezone.now())
    assert [file.name for file in ended.files.all()] == ["b_1.mp4", "b_9.mp4", "b_10.mp4"]


def test_a_class_that_changes_is_kept_and_is_no_new_file(ended: Recording) -> None:
    merge_seen(ended, [stored(ended, "b.mp4")], now=timezone.now())
    assert not merge_seen(ended, [stored(ended, "b.mp4", storage_class="GLACIER")], now=timezone.now())
    assert ended.files.get(name="b.mp4").storage_class == "GLACIER"


def test_a_playlist_is_archived_when_a_segment_is(ended: Recording) -> None:
    seen = [stored(ended, "b.m3u8"), stored(ended, "b_1.ts", storage_class="ARCHIVE"), stored(ended, "b_2.ts")]
    merge_seen(ended, seen, now=timezone.now())
    playlist = ended.files.get(name="b.m3u8")
    assert (playlist.storage_class, playlist.size) == ("ARCHIVE", 3)


def test_most_of_many_new_files_are_inserted_ahead_and_the_rest_still_counts_as_news(ended: Recording) -> None:
    now = timezone.now()
    many = MAX_AT_ONCE * 3 + 10
    seen = [
        StoredObject(
            key=own_folder_of(ended) + f"b_{number}.mp4",
            size=1,
            at=AT + timedelta(minutes=number),
            storage_class="STANDARD",
        )
        for number in range(many)
    ]
    insert_ahead(ended, seen, now=now)
    assert ended.files.filter(name__startswith="b_", seen_in_bucket_at=now).count() == many - MAX_AT_ONCE
    insert_ahead(ended, seen, now=now)
    assert ended.files.filter(name__startswith="b_").count() == many - MAX_AT_ONCE, "the newest are left"
    assert merge_seen(ended, seen, now=now), "as after a crash in between"
    assert ended.files.filter(name__startswith="b_", size=1).count() == many
    assert ended.last_file_at == AT + timedelta(minutes=many - 1)
    assert ended.worked_at == ended.last_file_at - UPLOAD


def test_what_is_known_of_a_file_is_not_replaced_ahead(ended: Recording) -> None:
    now = timezone.now()
    ended.files.create(name="b_0.mp4", announced_at=now, begins_at=AT, track_type="audio")
    seen = [stored(ended, f"b_{number}.mp4") for number in range(MAX_AT_ONCE * 2)]
    insert_ahead(ended, seen, now=now)
    merge_seen(ended, seen, now=now)
    file = ended.files.get(name="b_0.mp4")
    assert (file.begins_at, file.track_type, file.announced_at, file.size) == (AT, "audio", now, 1)
