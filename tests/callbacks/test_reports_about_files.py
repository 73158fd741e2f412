"""The last word about each file counts, in whatever order it is reported."""

import itertools
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.models import Device, Project, Recording, StorageCredential, User

from .signed_posts import TASK, body_of, make_key, make_recording, tell

pytestmark = pytest.mark.django_db
NOW = time.time() - 600


@pytest.fixture
def recording(project: Project, operator: User, device: Device, storage: StorageCredential) -> Recording:
    make_key(project)
    recording = make_recording(operator, device, storage, task_id=TASK)
    seen = timezone.now() - timedelta(minutes=5)
    for name in ("a.mp4", "b.mp4"):
        recording.files.create(name=name, size=7, seen_in_bucket_at=seen)
    return recording


def part(status: int, *names: str, after: float) -> bytes:
    return body_of(310, Status=status, FileList=list(names), at=NOW + after)


def upload_state(recording: Recording) -> str:
    recording.refresh_from_db()
    assert recording.state == "ended"
    return recording.upload_state


LEFT = body_of(302, LeaveCode=0, at=NOW + 2)
WAITS, THERE = part(1, "a.mp4", after=1), part(0, "a.mp4", after=30)


@pytest.mark.parametrize("order", list(itertools.permutations([WAITS, LEFT, THERE])))
@pytest.mark.parametrize("at_once", [True, False])
def test_a_file_that_was_missing_and_came_is_there(
    project: Project, recording: Recording, order: tuple[bytes, ...], *, at_once: bool
) -> None:
    if at_once:
        tell(project, *order)
    else:
        for body in order:
            tell(project, body)
    assert upload_state(recording) == "complete"


@pytest.mark.parametrize("order", list(itertools.permutations([WAITS, LEFT, part(0, "b.mp4", after=40)])))
def test_another_files_good_news_changes_nothing(
    project: Project, recording: Recording, order: tuple[bytes, ...]
) -> None:
    tell(project, *order)
    assert upload_state(recording) == "incomplete"


def test_bad_news_after_good_news_about_a_file_counts(project: Project, recording: Recording) -> None:
    tell(project, THERE, LEFT, part(2, "a.mp4", after=50), part(0, "b.mp4", after=60))
    assert upload_state(recording) == "incomplete"


def test_of_two_words_of_one_moment_the_one_reported_later_counts(project: Project, recording: Recording) -> None:
    tell(project, LEFT, part(2, "a.mp4", after=5))
    tell(project, part(0, "a.mp4", after=5))
    assert upload_state(recording) == "complete"


def test_a_word_without_a_file_speaks_for_itself(project: Project, recording: Recording) -> None:
    tell(project, LEFT, part(1, after=3), THERE)
    assert upload_state(recording) == "incomplete"


def test_a_file_named_only_in_its_description_is_taken_back_too(project: Project, recording: Recording) -> None:
    tell(project, WAITS, LEFT, body_of(310, Status=0, FileMessage=[{"FileName": "a.mp4"}], at=NOW + 9))
    assert upload_state(recording) == "complete"


def test_waiting_hls_that_is_recovered_is_there_and_what_waits_afterwards_is_not(
    project: Project, recording: Recording
) -> None:
    Recording.objects.update(output_format=0)
    tell(project, body_of(305, Status=2, at=NOW + 20), LEFT, body_of(305, Status=1, at=NOW + 3))
    assert upload_state(recording) == "complete"
    tell(project, body_of(305, Status=1, at=NOW + 30))
    assert upload_state(recording) == "incomplete"


def test_a_file_named_without_a_readable_status_is_there_once_the_bucket_shows_it(
    project: Project, recording: Recording
) -> None:
    recording.files.filter(name="b.mp4").delete()
    tell(project, THERE, body_of(310, Status="ok", FileList=["b.mp4"], at=NOW + 1), LEFT)
    assert upload_state(recording) == "partial"
    recording.files.filter(name="b.mp4").update(seen_in_bucket_at=timezone.now())
    tell(project, body_of(303, Status=0, at=NOW + 2))
    assert upload_state(recording) == "complete"
