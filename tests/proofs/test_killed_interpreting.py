"""A worker killed at any step of interpreting a callback: all is done once by the next, and nothing is lost."""

from collections.abc import Sequence

import pytest
from django.utils import timezone

from recordings.lifecycle import interpret_callbacks
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.models import CallbackEvent, Recording, RecordingFile

from .children import die, die_at_commit
from .figures import Figures
from .posts import Posting, open_posting
from .processes import running
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
KILLED = -9
STEPS = ("read_all", "_recordings_of", "_signs_of", "write_parsed", "merge_reported", "_take_times", "apply_evidence")
"""What interpreting a batch does, in order."""
TIMES = size(small=(2,), full=(1, 2, 3))


def interpret_and_die(step: str, times: int, before: bool) -> None:
    """Interpret, ten at once, and die before or after the step is done for the nth time."""
    interpret_callbacks.AT_ONCE |= dict.fromkeys(interpret_callbacks.AT_ONCE, 10)
    if step == "commit":
        die_at_commit(times, before=before)
    else:
        really, done = getattr(interpret_callbacks, step), 0

        def counted(*args: object) -> object:
            nonlocal done
            done += 1
            if done == times and before:
                die()
            result = really(*args)
            if done == times:
                die()
            return result

        setattr(interpret_callbacks, step, counted)
    interpret_waiting(timezone.now(), seconds=60)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", [*STEPS, "commit"])
def test_killed_at_any_step_nothing_is_lost_or_done_twice(step: str, before: bool, figures: Figures) -> None:
    killed = 0
    with open_posting() as posting:
        bodies = _some_lives(posting)
        posting.deliver(bodies)
        for times in TIMES:
            with running(interpret_and_die, step, times, before) as child:
                child.join()
                killed += child.exitcode == KILLED
            _is_half_of_nothing()
        interpret_waiting(timezone.now(), seconds=60)
        _is_all_done_once(bodies)
        assert interpret_waiting(timezone.now()) == 0
    assert killed
    figures.add("killed", killed)


def _some_lives(posting: Posting) -> Sequence[bytes]:
    for number in range(4):
        posting.site.ask(number).start(max_media_file_duration=1)
    for _ in range(3):
        posting.site.sandbox.advance(60)
    for task in posting.site.sandbox.live():
        posting.site.sandbox.end_task(task.task_id, leave_code=99)
    posting.site.sandbox.advance(5)
    return posting.bodies()


def _is_half_of_nothing() -> None:
    """What is marked as interpreted has had its effect, and what is not has had none."""
    for recording in Recording.objects.all():
        known = set(recording.events.exclude(interpreted_at=None).values_list("event_type", flat=True))
        assert (recording.state == "ended") == (302 in known)
        assert recording.files.exists() == (310 in known)
    assert not CallbackEvent.objects.filter(interpreted_at=None).exclude(event_type=None).exists()


def _is_all_done_once(bodies: Sequence[bytes]) -> None:
    assert CallbackEvent.objects.count() == len(bodies)
    assert not CallbackEvent.objects.filter(interpreted_at=None).exists()
    assert set(Recording.objects.values_list("state", "upload_state")) == {("ended", "complete")}
    assert RecordingFile.objects.count() == sum(b"FileMessage" in body for body in bodies)
