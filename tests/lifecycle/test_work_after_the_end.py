"""Work that is reported later than an end: it may still run and be billed, so it needs attention and can be stopped."""

import itertools
import time
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from recordings.callbacks import keys
from recordings.domain.attention_rule import PATIENCE
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.bucket_scan import scan_recording
from recordings.lifecycle.resolve import decide_many
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.start import start_recording
from recordings.lifecycle.stop import NotLive, StopInProgress, stop_recording
from recordings.lifecycle.streams import running_on
from recordings.lifecycle.unclaimed_tasks import unclaimed_tasks
from recordings.models import Attention, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import Fault, Sandbox
from recordings.sandbox.bucket_server import BucketServer
from recordings.sandbox.media import utc_stamp
from recordings.templatetags.durations import lasted
from tests.callbacks.signed_posts import TASK, body_of, make_key, make_recording, tell
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
MINUTE = 60
START = time.time() - 60 * MINUTE
ENDED_AT = START + 20 * MINUTE
PART = {"FileName": "a.mp4", "TrackType": "audio_video"}


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    keys.forget()
    make_key(project)


@pytest.fixture
def recording(operator: User, device: Device, storage: StorageCredential) -> Recording:
    return make_recording(operator, device, storage, task_id=TASK)


def said(event_type: int, minutes: float, status: int | None = 0, task_id: str = TASK, **payload: object) -> bytes:
    """An event so many minutes after the end."""
    if status is not None:
        payload["LeaveCode" if event_type == 302 else "Status"] = status
    return body_of(event_type, task_id=task_id, at=ENDED_AT + minutes * MINUTE, **payload)


STARTED, LEFT = said(301, -20), said(302, 0)
ELSEWHERE = (said(306, 5), said(301, 5.1), said(307, 5.3, None, FileName="b.m3u8"))


def now(recording: Recording) -> Recording:
    return Recording.objects.get(pk=recording.pk)


def why(recording: Recording) -> tuple[str, str, bool]:
    fresh = now(recording)
    return fresh.state, fresh.attention, fresh.offers_stop


RUNS_ON = ("ended", Attention.RUNS_ON, True)


@pytest.mark.parametrize("order", list(itertools.permutations([LEFT, *ELSEWHERE])))
def test_work_at_another_recorder_after_the_end_needs_a_person_at_once(
    project: Project, recording: Recording, order: tuple[bytes, ...]
) -> None:
    tell(project, STARTED)
    for body in order:
        tell(project, body)
    assert why(recording) == RUNS_ON
    assert lasted(now(recording)) == ""


@pytest.mark.parametrize("body", [said(301, 2), said(304, 2, None), said(306, 2), said(307, 2, None)])
def test_each_sign_of_work_later_than_the_end_counts(project: Project, recording: Recording, body: bytes) -> None:
    tell(project, STARTED, LEFT, body)
    assert why(recording) == RUNS_ON


@pytest.mark.parametrize(
    "body",
    [
        said(303, 30), said(305, 30), said(305, 30, 2), said(308, 30, None, Code="x"), said(310, 30), said(310, 30, 1),
        said(309, 30, None), said(311, 30), said(301, 30, 1), said(301, 30, None), said(306, 30, None), said(301, 0.9),
        said(304, 0.9, None), said(307, 0.9, None), said(301, -1), said(307, -1, None),
    ],
)  # fmt: skip
def test_uploads_after_the_end_and_late_callbacks_of_earlier_work_are_no_work(
    project: Project, recording: Recording, body: bytes
) -> None:
    tell(project, STARTED, LEFT, body)
    assert why(recording) == ("ended", "", False)


def test_an_end_after_the_later_work_ends_it_again(project: Project, recording: Recording) -> None:
    tell(project, STARTED, LEFT, *ELSEWHERE)
    assert now(recording).upload_state == "partial"
    tell(project, said(302, 10))
    assert why(recording) == ("ended", "", False)
    assert lasted(now(recording)) == "0:30:00"


def test_what_was_complete_at_the_first_end_is_not_while_it_runs_on_nor_after_it(
    project: Project, recording: Recording
) -> None:
    tell(project, STARTED, said(310, 1, FileList=["a.mp4"]), LEFT)
    assert now(recording).upload_state == "complete"
    tell(project, *ELSEWHERE)
    assert now(recording).upload_state == "partial"
    tell(project, said(302, 10))
    assert now(recording).upload_state == "partial"
    tell(project, said(310, 11, FileList=["b.mp4"]))
    assert now(recording).upload_state == "complete"


def test_a_file_that_begins_after_the_end_is_work_and_the_last_one_is_not(
    project: Project, recording: Recording
) -> None:
    def part(name: str, begins: float, ends: float) -> bytes:
        times = {"StartTimeStamp": int((ENDED_AT + begins) * 1000), "EndTimeStamp": int((ENDED_AT + ends) * 1000)}
        return said(310, 30, FileList=[name], FileMessage=[PART | times | {"FileName": name}])

    tell(project, STARTED, LEFT, part("a.mp4", -600, 3))
    assert why(recording) == ("ended", "", False)
    tell(project, part("b.mp4", 120, 180))
    assert why(recording) == RUNS_ON


def test_a_folder_that_grows_after_the_end_needs_a_person(
    bucket: BucketServer, project: Project, recording: Recording
) -> None:
    folder = "/".join([*recording.file_name_prefix, TASK, ""])
    Recording.objects.update(output_format=0)

    def write(minutes: float) -> None:
        stamp = utc_stamp(ENDED_AT + minutes * MINUTE)
        bucket.put(recording.bucket, f"{folder}s_audio_video_{stamp}.ts", b"x" * 10)
        bucket.put(recording.bucket, f"{folder}s_audio_video.m3u8", b"x" * 10)
        Recording.objects.update(next_scan_at=timezone.now())
        assert scan_recording(recording.pk, timezone.now())

    tell(project, STARTED, LEFT)
    for minutes in (-10, 0.5):  # uploaded forty minutes late
        write(minutes)
        assert why(recording) == ("ended", "", False)
    write(2)
    assert why(recording) == RUNS_ON


def test_a_folder_without_times_that_grows_long_after_the_end_counts_too(
    bucket: BucketServer, project: Project, recording: Recording
) -> None:
    folder = "/".join([*recording.file_name_prefix, TASK, ""])
    tell(project, STARTED, said(302, -19))
    bucket.put(recording.bucket, folder + "x_1.ts", b"x")
    bucket.put(recording.bucket, folder + "x_.m3u8", b"x")
    Recording.objects.update(next_scan_at=timezone.now())
    scan_recording(recording.pk, timezone.now())
    assert why(recording) == RUNS_ON


@pytest.mark.django_db(transaction=True)
def test_a_stop_of_an_ended_one_that_runs_on_is_sent_and_waits_for_its_end(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    task = recording.task_id
    tell(recording.project, said(301, -20, task_id=task), said(302, 0, task_id=task))
    with pytest.raises(NotLive):
        stop_recording(actor=operator, recording=now(recording))
    assert len(sandbox.live()) == 1
    tell(recording.project, said(301, 5, task_id=task))
    browser, url = signed_in(operator), f"/recordings/{recording.pk}/stop/"
    for page in (recording.get_absolute_url(), "/recordings/", "/attention/", device.get_absolute_url()):
        assert url in browser.get(page).content.decode(), page
    browser.post(url)
    assert sandbox.live() == []
    assert why(recording) == ("ended", "", False)
    with pytest.raises(StopInProgress):
        stop_recording(actor=operator, recording=now(recording))
    refresh_due_attention(timezone.now() + PATIENCE)
    assert why(recording) == ("ended", Attention.NOT_STOPPING, True)
    tell(recording.project, said(302, 10, task_id=task))
    refresh_due_attention(timezone.now() + PATIENCE)
    assert why(recording) == ("ended", "", False)


@pytest.mark.django_db(transaction=True)
def test_the_stop_that_ended_it_first_hides_no_later_work(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    stop_recording(actor=operator, recording=now(recording))
    task = recording.task_id
    tell(recording.project, said(301, -20, task_id=task), said(302, 0, task_id=task), said(306, 5, task_id=task))
    assert why(recording) == RUNS_ON
    stop_recording(actor=operator, recording=now(recording))
    assert recording.calls.filter(action="DeleteCloudRecording").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_refused_stop_of_an_ended_one_needs_a_person(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    task = recording.task_id
    tell(recording.project, said(301, -20, task_id=task), said(302, 0, task_id=task), said(301, 5, task_id=task))
    sandbox.add_fault(Fault.REFUSE, action="DeleteCloudRecording", code="OperationDenied")
    stop_recording(actor=operator, recording=now(recording))
    assert why(recording) == ("ended", Attention.STOP_REFUSED, True)


def test_marked_as_handled_it_stays_so_until_more_is_reported(
    project: Project, operator: User, recording: Recording
) -> None:
    tell(project, STARTED, LEFT, said(301, 5))
    chosen = [SelectedRecording(pk=recording.pk, state="ended", attention=Attention.RUNS_ON)]
    assert decide_many(actor=operator, chosen=chosen, reason="I looked", closing=False) == []
    refresh_due_attention(timezone.now())
    assert now(recording).attention == ""
    tell(project, said(307, 6, None))
    assert now(recording).attention == Attention.RUNS_ON


def test_a_failed_one_for_which_files_come_runs_on(
    bucket: BucketServer, project: Project, recording: Recording
) -> None:
    tell(project, said(301, -20, 1))
    refresh_due_attention(timezone.now())
    assert why(recording) == ("failed", Attention.FAILED, False)
    tell(project, said(310, 0, FileList=["a.mp4"]))
    assert why(recording) == ("failed", Attention.RUNS_ON, True)
    tell(project, said(302, 1))
    assert why(recording) == ("failed", Attention.FAILED, False)


def test_a_closed_one_that_left_and_went_to_work_again_runs_on(
    project: Project, operator: User, recording: Recording
) -> None:
    chosen = [SelectedRecording(pk=recording.pk, state="accepted", attention="")]
    decide_many(actor=operator, chosen=chosen, reason="Taken to be over", closing=True)
    tell(project, STARTED, LEFT)
    assert why(recording) == ("closed", "", False)
    tell(project, *ELSEWHERE)
    assert why(recording) == ("closed", Attention.RUNS_ON, True)


def test_an_unclaimed_task_that_works_after_its_end_has_not_left(project: Project, recording: Recording) -> None:
    def left() -> bool:
        (task,) = unclaimed_tasks(Project.objects.all())
        return task.has_left

    tell(project, said(301, -20, task_id="strange"), said(302, 0, task_id="strange"))
    assert left()
    tell(project, said(306, 5, task_id="strange"))
    assert not left()
    tell(project, said(302, 10, task_id="strange"))
    assert left()


def test_it_is_shown_among_what_runs_on_its_device_also_when_handled(
    project: Project, recording: Recording, device: Device
) -> None:
    tell(project, STARTED, LEFT)
    assert list(running_on([device.pk])) == []
    tell(project, *ELSEWHERE)
    Recording.objects.update(attention="")
    assert list(running_on([device.pk])) == [recording]


class TestClocksThatDiffer:
    """An end whose clock is an hour behind."""

    def test_an_end_before_its_start_has_an_unknown_length(
        self, project: Project, operator: User, recording: Recording
    ) -> None:
        tell(project, STARTED, said(302, -80), said(310, 1, FileList=["a.mp4"]))
        assert why(recording) == ("ended", "", False)
        fresh = now(recording)
        assert fresh.ends_before_start
        assert lasted(fresh) == ""
        browser = signed_in(operator)
        assert "Duration unknown" in browser.get(fresh.get_absolute_url()).content.decode()
        row = browser.get("/recordings/").content.decode()
        assert "Unknown</td>" in row
        assert "0:00:00" not in row

    def test_its_files_are_late_an_hour_after_it_was_reported(self, project: Project, recording: Recording) -> None:
        tell(project, STARTED, said(302, -80))
        reported_at = now(recording).end_reported_at
        assert reported_at
        refresh_due_attention(timezone.now())
        assert now(recording).attention == ""
        refresh_due_attention(reported_at + (reported_at - datetime.fromtimestamp(START, UTC)))
        assert now(recording).attention == Attention.UPLOAD_LATE

    def test_an_end_an_hour_behind_but_after_the_start_is_not_late_at_once(
        self, project: Project, recording: Recording
    ) -> None:
        tell(project, body_of(301, Status=0, at=START - 7200), body_of(302, LeaveCode=0, at=START - 3600))
        refresh_due_attention(timezone.now())
        assert now(recording).attention == ""

    def test_work_that_was_reported_after_such_an_end_is_work_after_it(
        self, project: Project, recording: Recording
    ) -> None:
        tell(project, said(302, -80))
        tell(project, STARTED)
        assert why(recording) == RUNS_ON

    def test_work_reported_long_before_an_end_is_not_after_it(self, project: Project, recording: Recording) -> None:
        tell(project, said(301, -80), STARTED, said(306, -10))
        recording.events.update(received_at=timezone.now() - 2 * PATIENCE)
        tell(project, said(302, -70))
        assert why(recording) == ("ended", "", False)
