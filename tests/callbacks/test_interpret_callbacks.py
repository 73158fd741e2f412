"""What callbacks do to recordings: moves, times, files; in any order, again, and by several workers at once."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from recordings.lifecycle import interpret_callbacks
from recordings.lifecycle.evidence import apply_evidence, lock_recording, set_task_id
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.models import CallbackEvent, Device, Project, Recording, RecordingFile, StorageCredential, User
from tests.factories import make_device, make_operator, make_storage
from tests.proofs.waits import at_once

from .signed_posts import TASK, body_of, make_key, make_recording, post, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    make_key(project)


@pytest.fixture
def recording(operator: User, device: Device, storage: StorageCredential) -> Recording:
    return make_recording(operator, device, storage, task_id=TASK)


def state_of(recording: Recording) -> tuple[str, str]:
    recording.refresh_from_db()
    return recording.state, recording.upload_state


FILE = {"FileName": "a.mp4", "TrackType": "audio_video", "MediaId": "main"}
LIFE = (
    body_of(301, Status=0),
    body_of(303, Status=0),
    body_of(310, Status=0, FileList=["a.mp4"], FileMessage=[FILE]),
    body_of(302, LeaveCode=0),
)


def test_a_recording_goes_as_its_callbacks_come(project: Project, recording: Recording) -> None:
    states = []
    for body in LIFE:
        tell(project, body)
        states.append(state_of(recording))
    assert states == [
        ("recording", "none"), ("recording", "partial"), ("recording", "partial"), ("ended", "complete")
    ]  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_every_order_ends_the_same(project: Project, recording: Recording, order: tuple[int, ...]) -> None:
    for number in order:
        tell(project, LIFE[number])
    assert state_of(recording) == ("ended", "complete")
    assert list(recording.files.values_list("name", flat=True)) == ["a.mp4"]


def test_interpreting_again_changes_nothing(project: Project, recording: Recording) -> None:
    tell(project, *LIFE)
    before = Recording.objects.values().get(), list(RecordingFile.objects.values())
    CallbackEvent.objects.update(interpreted_at=None)
    assert interpret_waiting(timezone.now()) == 4
    assert (Recording.objects.values().get(), list(RecordingFile.objects.values())) == before


def test_a_failed_recorder_fails_the_recording(project: Project, recording: Recording) -> None:
    tell(project, body_of(301, Status=1))
    assert state_of(recording)[0] == "failed"


def test_times_are_those_of_the_events(project: Project, recording: Recording) -> None:
    began = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    tell(project, body_of(302, LeaveCode=99, at=began.timestamp() + 60), body_of(301, Status=0, at=began.timestamp()))
    recording.refresh_from_db()
    assert (recording.started_at, recording.ended_at) == (began, began + timedelta(seconds=60))


def test_a_time_that_is_still_to_come_counts_as_the_time_it_was_reported(
    project: Project, recording: Recording
) -> None:
    tell(project, body_of(302, LeaveCode=0, at=timezone.now().timestamp() + 10**8))
    recording.refresh_from_db()
    assert recording.ended_at
    assert recording.ended_at <= timezone.now()


def test_files_are_merged_with_what_was_seen_in_the_bucket(project: Project, recording: Recording) -> None:
    seen = timezone.now()
    recording.files.create(name="a.mp4", size=7, seen_in_bucket_at=seen)
    start = 1664252948180
    about = FILE | {"StartTimeStamp": start, "EndTimeStamp": start + 60_000}
    tell(project, body_of(310, Status=0, FileList=["a.mp4"], FileMessage=[about]))
    file = recording.files.get()
    assert (file.size, file.seen_in_bucket_at, file.track_type) == (7, seen, "audio_video")
    assert file.announced_at
    assert file.begins_at
    assert file.ends_at == file.begins_at + timedelta(minutes=1)
    recording.refresh_from_db()
    assert recording.last_file_at == file.ends_at


def test_hostile_names_are_no_files_and_the_complaint_is_kept(project: Project, recording: Recording) -> None:
    tell(project, body_of(310, Status=0, FileList=["../../etc/passwd", "good.mp4"], FileMessage=[]))
    assert list(recording.files.values_list("name", flat=True)) == ["good.mp4"]
    assert CallbackEvent.objects.get().complaint


def test_an_unknown_event_is_stored_and_moves_nothing(project: Project, recording: Recording) -> None:
    tell(project, body_of(999), body_of(311, Status=0), b"not JSON at all")
    assert state_of(recording) == ("accepted", "none")
    assert set(CallbackEvent.objects.values_list("event_type", flat=True)) == {999, 311, None}
    assert not CallbackEvent.objects.filter(interpreted_at=None).exists()


def test_a_projects_callbacks_touch_only_its_own_recordings(foreign_project: Project, recording: Recording) -> None:
    make_key(foreign_project)
    tell(foreign_project, *LIFE)
    assert state_of(recording) == ("accepted", "none")
    assert not CallbackEvent.objects.exclude(recording=None).exists()


def test_the_same_task_id_in_two_accounts_is_two_recordings(
    project: Project, foreign_project: Project, recording: Recording
) -> None:
    make_key(foreign_project)
    other = make_recording(
        make_operator(foreign_project), make_device(foreign_project), make_storage(foreign_project), task_id=TASK
    )
    for body in LIFE[:1]:
        assert post(foreign_project, body).status_code == 200
    tell(project, *LIFE)
    assert state_of(recording)[0] == "ended"
    assert state_of(other)[0] == "recording"


def test_events_that_come_before_the_answer_count_when_it_is_stored(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    tell(project, *LIFE)
    assert state_of(recording)[0] == "unknown"
    _answer(recording)
    interpret_waiting(timezone.now())
    assert state_of(recording) == ("ended", "complete")


def test_an_event_that_was_interpreted_in_the_moment_of_the_answer_is_not_overlooked(
    project: Project, recording: Recording
) -> None:
    """On PostgreSQL neither of two such transactions sees what the other is about to commit."""
    tell(project, body_of(301, Status=0))
    CallbackEvent.objects.update(recording=None)
    Recording.objects.update(state="accepted")
    interpret_waiting(timezone.now())
    assert state_of(recording)[0] == "recording"
    assert CallbackEvent.objects.get().recording == recording


def test_one_event_that_cannot_be_interpreted_holds_up_no_other(
    project: Project, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = interpret_callbacks.write_parsed

    def fail_for_one(events: list[CallbackEvent]) -> None:
        if any(event.task_id == "bad" for event in events):
            raise RuntimeError
        really(events)

    with monkeypatch.context() as patched:
        patched.setattr(interpret_callbacks, "write_parsed", fail_for_one)
        tell(project, body_of(301, Status=0, task_id="bad"), *LIFE)
    assert state_of(recording)[0] == "ended"
    assert CallbackEvent.objects.filter(interpreted_at=None).count() == 1
    assert interpret_waiting(timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_do_each_event_once(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    recordings = [
        make_recording(operator, device, storage, task_id=f"task-{number}", video_stream_id=number)
        for number in range(8)
    ]
    for number in range(8):
        for part in range(6):
            post(project, body_of(310, task_id=f"task-{number}", Status=0, FileList=[f"{part}.mp4"], FileMessage=[]))
        for body in (body_of(302, task_id=f"task-{number}", LeaveCode=0), body_of(301, task_id=f"task-{number}")):
            post(project, body)
    done = at_once([lambda: interpret_waiting(timezone.now(), seconds=10)] * 4)
    assert sum(done) == 64  # type: ignore[arg-type]
    assert {state_of(recording) for recording in recordings} == {("ended", "complete")}
    assert RecordingFile.objects.count() == 48


def _answer(recording: Recording) -> None:
    from django.db import transaction

    with transaction.atomic():
        locked = lock_recording(recording.pk)
        set_task_id(locked, TASK)
        apply_evidence(locked)
