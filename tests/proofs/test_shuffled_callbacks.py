"""Callbacks shuffled, three times each and some never: what is known is true, and what is missing is noticed."""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models.signals import post_save
from django.utils import timezone

from recordings import calls
from recordings.domain.states import State
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.lifecycle.stop import stop_recording
from recordings.models import CallbackEvent, Device, Recording, RecordingFile, User
from recordings.sandbox import EntryKind

from .figures import Figures
from .posts import Posting, by_task, open_posting
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
RECORDINGS = size(small=24, full=500)
PARTS = size(small=5, full=31)
"""Minutes that each mp4 runs, cut each minute: 34 callbacks; a recording in HLS has 6."""
HLS, MP4 = 0, 3
STARTED, LEFT = 301, 302
LOST = size(small=0.25, full=0.05)
AT_ONCE = 100
ORDER = (State.SENDING, State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING, State.ENDED)


def test_what_is_reported_is_true_nothing_goes_back_and_what_is_lost_is_noticed(figures: Figures) -> None:
    dice = random.Random(8)
    with open_posting() as posting, observed_moves() as moves:
        _record_and_end(posting)
        bodies = posting.bodies()
        delivered = [body for body in bodies if dice.random() >= LOST]
        posts = delivered * 3
        dice.shuffle(posts)
        for start in range(0, len(posts), AT_ONCE):
            posting.deliver(posts[start : start + AT_ONCE])
            interpret_waiting(timezone.now(), seconds=60)
        reported = by_task(delivered)
        ended = {entry.task_id for entry in posting.site.sandbox.journal(EntryKind.ENDED)}
    _no_device_publishes_any_more()
    refresh_due_attention(timezone.now() + timedelta(hours=3))

    recordings = list(Recording.objects.all())
    assert {recording.task_id for recording in recordings} == ended
    assert CallbackEvent.objects.count() == len(delivered)
    without_end = [
        recording for recording in recordings if LEFT not in {kind for kind, _ in reported[recording.task_id]}
    ]
    for recording in recordings:
        assert (recording.state == State.ENDED) == (recording not in without_end), recording
    assert [recording for recording in without_end if not recording.attention] == []
    whole = by_task(bodies)
    for recording in recordings:
        if len(reported[recording.task_id]) == len(whole[recording.task_id]):
            assert recording.upload_state == "complete", recording
        names = {name for kind, payload in reported[recording.task_id] for name in _files(kind, payload)}
        assert names == set(recording.files.values_list("name", flat=True))
    backwards = [
        (pk, before, after) for pk, steps in moves.items() for before, after in pairwise(steps)
        if ORDER.index(after) < ORDER.index(before)
    ]  # fmt: skip
    assert backwards == []
    assert not CallbackEvent.objects.filter(interpreted_at=None).exists()

    figures.add("callbacks", len(bodies), f"about {RECORDINGS} recordings; {len(posts):,} posts, shuffled")
    figures.add("never delivered", len(bodies) - len(delivered))
    figures.add("moves observed", sum(len(steps) - 1 for steps in moves.values()), "none backwards")
    figures.add("ended as in the journal", len(recordings) - len(without_end))
    figures.add("end not delivered", len(without_end), "all of them marked for attention")
    figures.add("files", RecordingFile.objects.count())


def test_callbacks_that_come_before_the_answer_count_when_it_is_stored(
    figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(6)
    held: list[tuple[Any, ...]] = []
    with open_posting() as posting:
        with monkeypatch.context() as patched:
            patched.setattr(calls, "store", lambda *args: held.append(args))
            for number in range(RECORDINGS):
                posting.site.ask(number).start()
        for task in posting.site.sandbox.live():
            posting.site.sandbox.end_task(task.task_id, leave_code=99)
        posting.site.sandbox.advance(5)
        steps: list[Any] = [*posting.bodies() * 2, *held]
        dice.shuffle(steps)
        for step in steps:
            if isinstance(step, bytes):
                posting.deliver([step])
            else:
                calls.store(*step)
            if dice.random() < 0.2:
                interpret_waiting(timezone.now())
        interpret_waiting(timezone.now(), seconds=60)
        ended = {entry.task_id for entry in posting.site.sandbox.journal(EntryKind.ENDED)}
    states = set(Recording.objects.values_list("state", "upload_state"))
    assert states == {("ended", "complete")}
    assert set(Recording.objects.values_list("task_id", flat=True)) == ended
    assert not CallbackEvent.objects.filter(recording=None).exists()
    figures.add("recordings", RECORDINGS, "answers and callbacks in any order, all ended and complete")


def _record_and_end(posting: Posting) -> None:
    """Half in HLS, which are stopped here; half in mp4, cut each minute, which end since no video is published."""
    site = posting.site
    for number in range(RECORDINGS):
        ask = site.ask(number)
        if number % 2:
            ask.start(output_format=HLS, max_media_file_duration=None)
        else:
            ask.start(output_format=MP4, max_media_file_duration=1)
    for _ in range(PARTS):
        site.sandbox.advance(60)
    operator = User.objects.get(pk=site.operator.pk)
    for recording in Recording.objects.filter(output_format=HLS):
        stop_recording(actor=operator, recording=recording)
    site.sandbox.advance(1)
    for task in site.sandbox.live():
        site.sandbox.end_task(task.task_id, leave_code=99)
    site.sandbox.advance(10)


def _no_device_publishes_any_more() -> None:
    Device.objects.update(status=Device.Status.OFFLINE, offline_since=timezone.now())


def _files(kind: int, payload: dict[str, Any]) -> list[str]:
    match kind:
        case 304:
            return [payload["FileList"]]
        case 307:
            return [payload["FileName"]]
        case 310:
            return list(payload["FileList"])
        case _:
            return []


@contextmanager
def observed_moves() -> Iterator[dict[int, list[State]]]:
    """Every state that any recording was saved in, in order."""
    moves: dict[int, list[State]] = defaultdict(list)

    def look(instance: Recording, **_: object) -> None:
        moves[instance.pk].append(State(instance.state))

    post_save.connect(look, sender=Recording)
    try:
        yield moves
    finally:
        post_save.disconnect(look, sender=Recording)
