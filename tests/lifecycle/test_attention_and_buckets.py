"""What the bucket says about who needs a person: whether it was searched, whether segments still come, who may list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from recordings.domain.attention_rule import SEGMENTS, Facts, attention_of
from recordings.domain.states import State
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.attention_facts import facts_of
from recordings.lifecycle.bucket_scan import scan_recording
from recordings.models import Attention, Device, Project, Recording, StorageCredential, StorageKey, User
from recordings.sandbox.bucket_server import BucketServer
from tests.callbacks.signed_posts import TASK, make_recording
from tests.factories import make_device, make_storage, make_storage_key, signed_in

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BLINK = timedelta(seconds=1)
LATER = timedelta(minutes=5)
HLS = Facts(state=State.RECORDING, asked_at=NOW, answered_at=NOW, started_at=NOW, is_hls=True, last_file_at=NOW + LATER)
SILENT_AT = NOW + LATER + SEGMENTS


def test_hls_whose_segments_stopped_is_silent_once_the_bucket_was_searched_in_vain() -> None:
    facts = replace(HLS, scanned_at=SILENT_AT)
    assert attention_of(facts, SILENT_AT) == Attention.SILENT
    assert attention_of(replace(facts, scanned_at=SILENT_AT - BLINK), SILENT_AT) == ""
    assert attention_of(replace(facts, scanned_at=None), SILENT_AT + timedelta(days=1)) == ""


def test_other_formats_write_nothing_for_hours_and_are_not_silent() -> None:
    facts = replace(HLS, is_hls=False, scanned_at=NOW + timedelta(hours=3))
    assert attention_of(facts, NOW + timedelta(hours=3)) == ""


def test_a_recorder_that_may_wait_long_for_its_stream_is_not_silent_meanwhile() -> None:
    facts = replace(HLS, max_idle_time=3600, scanned_at=NOW + timedelta(hours=1))
    assert attention_of(facts, NOW + timedelta(hours=1)) == ""
    late = NOW + LATER + timedelta(hours=1)
    assert attention_of(replace(facts, scanned_at=late), late) == Attention.SILENT


@pytest.mark.django_db(transaction=True)
def test_a_running_hls_recording_is_scanned_soon_until_its_silence_is_noticed(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage, task_id=TASK, output_format=0, max_media_file_duration=None)
    for name in ("a.m3u8", "a_20261124000000000.ts"):
        bucket.put(recording.bucket, "/".join([*recording.file_name_prefix, TASK, name]), b"x")
    ends = timezone.now() + timedelta(minutes=20)
    recording.refresh_from_db()
    while recording.next_scan_at and recording.next_scan_at < ends and not recording.attention:
        now = recording.next_scan_at
        scan_recording(recording.pk, now)
        refresh_due_attention(now)
        recording.refresh_from_db()
    assert recording.attention == Attention.SILENT
    assert recording.last_file_at
    assert SEGMENTS <= now - recording.last_file_at < SEGMENTS + timedelta(minutes=2)
    assert "offline and no file" not in signed_in(operator).get(recording.get_absolute_url()).content.decode()


def _said(operator: User, recording: Recording) -> str:
    refresh_due_attention(timezone.now() + timedelta(minutes=5))
    recording.refresh_from_db()
    assert recording.attention == Attention.UNKNOWN
    pages = [signed_in(operator).get(url).content.decode() for url in ("/attention/", recording.get_absolute_url())]
    said = [
        text
        for text in ("no file yet", "could not be checked", "The bucket has not been checked yet")
        if all(text in page for page in pages)
    ]
    (text,) = said
    return text


@pytest.mark.django_db(transaction=True)
def test_a_bucket_without_a_scan_was_not_searched(operator: User, device: Device, storage: StorageCredential) -> None:
    assert _said(operator, make_recording(operator, device, storage)).startswith("The bucket has not")


@pytest.mark.django_db(transaction=True)
def test_a_bucket_that_did_not_answer_was_not_searched(
    settings: Settings, operator: User, device: Device, storage: StorageCredential
) -> None:
    settings.SANDBOX_STORAGE = "http://127.0.0.1:9"
    recording = make_recording(operator, device, storage)
    recording.refresh_from_db()
    assert recording.next_scan_at
    scan_recording(recording.pk, recording.next_scan_at)
    assert _said(operator, recording) == "could not be checked"


@pytest.mark.django_db(transaction=True)
def test_a_bucket_that_was_searched_is_said_to_be(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    recording.refresh_from_db()
    assert recording.next_scan_at
    scan_recording(recording.pk, recording.next_scan_at)
    assert _said(operator, recording) == "no file yet"


@pytest.mark.django_db(transaction=True)
def test_a_new_key_that_may_list_ends_what_the_old_one_could_not(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    StorageKey.objects.update(can_list=False)
    recording = make_recording(operator, device, storage)
    refresh_due_attention(timezone.now())
    recording.refresh_from_db()
    assert recording.attention == Attention.CANNOT_LIST
    StorageKey.objects.update(replaced_at=timezone.now())
    make_storage_key(storage)
    assert recording.next_scan_at
    assert scan_recording(recording.pk, max(timezone.now(), recording.next_scan_at))
    refresh_due_attention(timezone.now())
    recording.refresh_from_db()
    assert recording.attention == ""


@pytest.mark.django_db
def test_whose_key_may_list_takes_one_query_for_all(
    project: Project, operator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def keys(number: int) -> list[int]:
        return [make_recording(operator, make_device(project), make_storage(project)).pk for _ in range(number)]

    few, many = keys(1), keys(5)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        list(facts_of(few, timezone.now()))
    with django_assert_num_queries(len(queries)):
        list(facts_of(many, timezone.now()))
