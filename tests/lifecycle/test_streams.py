"""Recordings that run at once on one stream name each other, on every page, until one is left."""

import re
from collections.abc import Sequence

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.bucket_scan import scan_recording
from recordings.lifecycle.evidence import apply_evidence, lock_recording
from recordings.lifecycle.resolve import match_task_id
from recordings.lifecycle.start import close_recording
from recordings.lifecycle.stop import stop_recording
from recordings.lifecycle.streams import attach_others, streams_of
from recordings.models import Attention, CallbackEvent, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from recordings.sandbox.bucket_server import BucketServer
from tests.callbacks.signed_posts import make_recording
from tests.factories import make_device, signed_in

pytestmark = pytest.mark.django_db


def now(recording: Recording) -> Recording:
    return Recording.objects.get(pk=recording.pk)


@pytest.fixture
def trio(operator: User, device: Device, storage: StorageCredential) -> list[Recording]:
    """Three that run on one stream: the first holds it, the others are starts that were given up and turned up."""
    late = []
    for task_id in ("-late-1", "-late-2"):
        recording = make_recording(operator, device, storage)
        close_recording(actor=operator, recording=recording, reason="Nothing in the bucket")
        late.append((recording, task_id))
    holder = make_recording(operator, device, storage, task_id="-holder")
    for recording, task_id in late:
        Recording.objects.filter(pk=recording.pk).update(state="not_started")
        recording.decisions.update(choice="not_started")
        match_task_id(actor=operator, recording=now(recording), task_id=task_id, reason="Found")
    return [holder, *(recording for recording, _ in late)]


def end(recording: Recording) -> None:
    """Its recorder says that it left."""
    CallbackEvent.objects.create(
        project=recording.project, recording=recording, body=b"{}", digest=f"end-{recording.pk}", event_type=302,
        status=0, task_id=recording.task_id, received_at=timezone.now(), interpreted_at=timezone.now(),
    )  # fmt: skip
    with transaction.atomic():
        apply_evidence(lock_recording(recording.pk))


def others_of(recording: Recording) -> set[int]:
    found = now(recording)
    attach_others([found])
    return {each.pk for each in found.others}


def assert_named_on_every_page(operator: User, recordings: Sequence[Recording], others: Sequence[Recording]) -> None:
    browser = signed_in(operator)
    keys = {each.pk for each in others}
    lists = [
        browser.get(url).content.decode()
        for url in ("/recordings/", "/attention/", others[0].device.get_absolute_url())
    ]
    for recording in recordings:
        page = browser.get(recording.get_absolute_url()).content.decode()
        for other in keys - {recording.pk}:
            assert f'id="other-{other}"' in page
            assert f'id="stop-other-{other}"' in page
            for listed in lists:
                row = (
                    re.split(rf'id="(?:recording|needing|live)-{recording.pk}"', listed)[1]
                    .split("</li>")[0]
                    .split("</tr>")[0]
                )
                assert f'href="/recordings/{other}/"' in row


def test_all_that_run_on_a_stream_name_each_other_and_need_attention(operator: User, trio: list[Recording]) -> None:
    keys = {each.pk for each in trio}
    assert sorted(now(each).is_duplicate for each in trio) == [False, True, True], "one holds the stream"
    refresh_due_attention(timezone.now())
    for recording in trio:
        assert now(recording).attention == Attention.DOUBLED
        assert others_of(recording) == keys - {recording.pk}
    assert_named_on_every_page(operator, trio, trio)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", [0, 1, 2])
@pytest.mark.parametrize("second", [0, 1])
def test_whichever_ends_one_of_those_left_holds_the_stream_and_the_last_is_at_peace(
    trio: list[Recording], first: int, second: int
) -> None:
    refresh_due_attention(timezone.now())
    left = list(trio)
    end(left.pop(first))
    assert sorted(now(each).is_duplicate for each in left) == [False, True]
    assert {now(each).attention for each in left} == {Attention.DOUBLED}
    end(left.pop(second))
    (last,) = left
    assert (now(last).is_duplicate, now(last).duplicate_since) == (False, None)
    assert now(last).attention == "", "at once, and not only when the worker comes by"
    assert others_of(last) == set()


def test_the_database_still_refuses_a_second_live_recording_of_a_stream(
    trio: list[Recording], operator: User, device: Device, storage: StorageCredential
) -> None:
    for gone in (trio[0], None):
        if gone:
            end(gone)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_recording(operator, device, storage, task_id="-another")


def test_a_second_task_of_one_start_found_in_the_bucket_and_the_first_name_each_other(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    first = make_recording(operator, device, storage, task_id="-first")
    for task_id in ("-first", "-second", "-third"):
        bucket.put(first.bucket, "/".join([*first.file_name_prefix, task_id, "a.mp4"]), b"x")
    Recording.objects.filter(pk=first.pk).update(next_scan_at=timezone.now())
    assert scan_recording(first.pk, timezone.now())
    all_three = [first, *Recording.objects.filter(duplicate_of=first)]
    assert len(all_three) == 3
    refresh_due_attention(timezone.now())
    assert {now(each).attention for each in all_three} == {Attention.DOUBLED}
    assert_named_on_every_page(operator, all_three, all_three)


def test_one_that_runs_on_after_it_was_closed_and_the_new_one_name_each_other(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    old = make_recording(operator, device, storage, task_id="-old")
    close_recording(actor=operator, recording=old, reason="It seemed over")
    new = make_recording(operator, device, storage, task_id="-new")
    assert others_of(new) == set()
    Recording.objects.filter(pk=old.pk).update(attention=Attention.RUNS_ON, attention_at=timezone.now())
    with transaction.atomic():
        apply_evidence(lock_recording(new.pk))
    assert (others_of(new), others_of(old)) == ({old.pk}, {new.pk})
    page = signed_in(operator).get(new.get_absolute_url()).content.decode()
    assert f'id="other-{old.pk}"' in page


def test_one_of_two_that_was_closed_may_run_beside_the_other_until_its_stop_is_accepted(
    sandbox: Sandbox, operator: User, trio: list[Recording]
) -> None:
    end(trio[2])
    holder, late = trio[:2]
    close_recording(actor=operator, recording=now(late), reason="I keep the other")
    refresh_due_attention(timezone.now())
    assert now(holder).attention == Attention.DOUBLED, "closing stopped nothing"
    assert (others_of(holder), others_of(late)) == ({late.pk}, {holder.pk})
    late.calls.create(
        account=late.account, action="DeleteCloudRecording", created_at=timezone.now(), lease_until=timezone.now(),
        closed_at=timezone.now(), outcome="accepted",
    )  # fmt: skip
    with transaction.atomic():
        apply_evidence(lock_recording(late.pk))
    refresh_due_attention(timezone.now())
    assert (now(holder).attention, others_of(holder), others_of(late)) == ("", set(), set())


def test_a_stream_is_shown_alike_in_the_start_form_the_list_of_devices_and_the_devices_own_page(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    unknown = make_recording(operator, device, storage)
    running = make_recording(operator, device, storage, task_id="-running", video_stream_id=3)
    Recording.objects.filter(pk=running.pk).update(state="recording")
    shown = [
        (stream.number, str(stream.look.label), stream.look.tone)
        for stream in streams_of([device.pk], timezone.now())[device.pk]
    ]
    assert shown == [(0, "May be recording", "warn"), (3, "Recording", "good")]
    browser = signed_in(operator)
    start = browser.get(f"/recordings/new/?device={device.pk}").content.decode()
    for page in (start, browser.get("/fleet/devices/").content.decode()):
        for badge in ("Stream 0: May be recording", "Stream 3: Recording"):
            assert badge in page
        assert "Stream 0: Recording" not in page
    own = browser.get(device.get_absolute_url()).content.decode()
    for key, badge, tone in ((unknown.pk, "May be recording", "warn"), (running.pk, "Recording", "good")):
        row = own.partition(f'id="live-{key}"')[2].partition("</li>")[0]
        assert re.search(rf'class="state state--{tone}[^>]*>.*?</svg> {badge}', row, re.DOTALL)


def test_a_silent_recording_is_green_nowhere(operator: User, device: Device, storage: StorageCredential) -> None:
    silent = make_recording(operator, device, storage, task_id="-silent")
    Recording.objects.filter(pk=silent.pk).update(
        state="recording", attention=Attention.SILENT, attention_at=timezone.now()
    )
    browser = signed_in(operator)
    for url in ("/recordings/", silent.get_absolute_url(), "/attention/", device.get_absolute_url(), "/fleet/devices/",
                f"/recordings/new/?device={device.pk}", f"/recordings/{silent.pk}/stop/"):  # fmt: skip
        page = browser.get(url).content.decode().partition("<main")[2]
        assert "Probably ended" in page, url
        assert "state--good state--moving" not in page, url
        assert "outcome--good" not in page, url


def test_streams_of_many_devices_take_three_queries(
    project: Project, operator: User, storage: StorageCredential, django_assert_num_queries: object
) -> None:
    devices = [make_device(project) for _ in range(20)]
    for number, device in enumerate(devices):
        make_recording(operator, device, storage, task_id=f"-{number}")
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(3):
        assert len(streams_of([device.pk for device in devices], timezone.now())) == 20


def test_stopping_one_of_two_leaves_the_other_alone(operator: User, sandbox: Sandbox, trio: list[Recording]) -> None:
    end(trio[2])
    stop_recording(actor=operator, recording=now(trio[0]))
    assert now(trio[1]).is_live
