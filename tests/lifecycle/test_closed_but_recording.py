"""Closing stops nothing at the vendor: what was closed and goes on is noticed, and can be stopped."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.callbacks import keys
from recordings.domain.attention_rule import LAST_FILES, UPLOAD, Facts, attention_of
from recordings.domain.states import State
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.evidence import apply_evidence, lock_recording
from recordings.lifecycle.resolve import decide_many
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.start import close_recording, start_recording
from recordings.lifecycle.stop import NotLive, StopInProgress, stop_recording
from recordings.models import Attention, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.worker.cycle import run_cycle
from tests.callbacks.signed_posts import body_of, make_key, tell
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
STOP = "DeleteCloudRecording"
CLOSED_AT = datetime.fromisoformat("2026-11-24T12:00:00Z")
BLINK = timedelta(seconds=1)
CLOSED = Facts(state=State.CLOSED, asked_at=CLOSED_AT - UPLOAD, closed_at=CLOSED_AT)


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    keys.forget()
    make_key(project)


@pytest.fixture
def closed(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """It runs at the vendor, and a user took it to be over."""
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    close_recording(actor=operator, recording=recording, reason="Taken to be over")
    return now(recording)


def now(recording: Recording) -> Recording:
    """The same recording as it is by now: nothing is remembered from before."""
    return Recording.objects.get(pk=recording.pk)


def speak(recording: Recording, event_type: int = 307, **payload: object) -> None:
    tell(recording.project, body_of(event_type, task_id=recording.task_id, **payload))


def why(**changes: Any) -> str:
    """Why it needs attention nine hours later."""
    return attention_of(replace(CLOSED, **changes), CLOSED_AT + 9 * UPLOAD)


def test_a_sign_after_the_closing_needs_attention_and_one_before_it_does_not() -> None:
    assert why() == why(reported_at=CLOSED_AT - BLINK) == ""
    assert why(reported_at=CLOSED_AT + BLINK) == Attention.RUNS_ON
    assert why(reported_at=CLOSED_AT + BLINK, has_left=True) == ""


def test_a_file_counts_once_it_cannot_be_the_last_one() -> None:
    assert why(last_file_at=CLOSED_AT + LAST_FILES) == ""
    assert why(last_file_at=CLOSED_AT + LAST_FILES + BLINK) == Attention.RUNS_ON


@pytest.mark.parametrize("known", ["stopped_at", "dismissed_at"])
def test_an_accepted_stop_or_being_seen_to_ends_it_and_an_hour_later_it_is_news_again(known: str) -> None:
    at = CLOSED_AT + UPLOAD
    assert why(reported_at=at - BLINK, **{known: at}) == why(reported_at=at + BLINK, **{known: at}) == ""
    assert why(reported_at=at + UPLOAD + BLINK, **{known: at}) == Attention.RUNS_ON


def test_what_was_seen_to_before_it_was_closed_hides_nothing_after_it() -> None:
    assert why(reported_at=CLOSED_AT + BLINK, dismissed_at=CLOSED_AT - BLINK) == Attention.RUNS_ON


@pytest.mark.parametrize("said", [{"event_type": 301, "Status": 0}, {"event_type": 304}, {"event_type": 307}])
def test_one_that_speaks_again_is_marked_at_once(closed: Recording, said: dict[str, Any]) -> None:
    speak(closed, **said)
    assert (now(closed).state, now(closed).attention) == (State.CLOSED, Attention.RUNS_ON)


def test_saying_again_what_it_said_before_it_was_closed_counts_too(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    Recording.objects.update(scan_count=0)
    speak(recording)
    close_recording(actor=operator, recording=recording, reason="Taken to be over")
    assert now(recording).attention == ""
    speak(recording)
    assert now(recording).attention == Attention.RUNS_ON


def test_files_that_go_on_coming_are_noticed_when_the_bucket_shows_them(closed: Recording) -> None:
    recording = lock_and_grow(closed, timezone.now() + LAST_FILES + timedelta(minutes=1))
    assert recording.attention == "", "it is not that late yet"
    closed.decisions.update(decided_at=timezone.now() - 2 * LAST_FILES)
    assert lock_and_grow(closed, timezone.now()).attention == Attention.RUNS_ON


def lock_and_grow(recording: Recording, at: datetime) -> Recording:
    """What looking into the bucket does with a file that has grown."""
    with transaction.atomic():
        locked = lock_recording(recording.pk)
        locked.last_file_at = at
        apply_evidence(locked)
    return now(recording)


def test_its_end_settles_it(closed: Recording) -> None:
    speak(closed)
    speak(closed, 302, LeaveCode=99)
    assert (now(closed).state, now(closed).attention, now(closed).offers_stop) == (State.CLOSED, "", False)


def test_marking_it_as_seen_to_settles_it(closed: Recording, operator: User) -> None:
    speak(closed)
    chosen = [SelectedRecording(pk=closed.pk, state=State.CLOSED, attention=Attention.RUNS_ON)]
    assert decide_many(actor=operator, chosen=chosen, reason="I looked", closing=True) == []
    refresh_due_attention(timezone.now())
    assert now(closed).attention == ""


def test_after_close_and_start_anyway_the_old_one_that_speaks_is_shown_with_a_way_to_stop_it(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    old, _ = start_recording(actor=operator, request=start_request(device, storage))
    Recording.objects.update(attention=Attention.NOT_RECORDING)
    again = start_request(device, storage, closes=now(old), close_reason="No report came")
    new, _ = start_recording(actor=operator, request=again)
    speak(old, 301, Status=0)
    browser = signed_in(operator)
    for url in ("/attention/", "/recordings/", old.get_absolute_url(), device.get_absolute_url()):
        assert f'href="/recordings/{old.pk}/stop/"' in browser.get(url).content.decode(), url
    browser.post(f"/recordings/{old.pk}/stop/", {"reason": "Two run"})
    assert [task.task_id for task in sandbox.live()] == [new.task_id]
    assert (now(old).state, now(old).attention) == (State.CLOSED, "")


def test_a_stop_of_a_closed_one_is_sent_and_it_stays_closed_and_says_so(
    sandbox: Sandbox, closed: Recording, operator: User
) -> None:
    browser, url = signed_in(operator), f"/recordings/{closed.pk}/stop/"
    assert url in browser.get(closed.get_absolute_url()).content.decode()
    assert "it stays closed" in browser.get(url).content.decode()
    browser.post(url)
    assert not sandbox.live()
    assert now(closed).state == State.CLOSED
    page = browser.get(closed.get_absolute_url()).content.decode()
    assert "accepted a stop. See" in page
    assert url not in page
    with pytest.raises(StopInProgress):
        stop_recording(actor=operator, recording=now(closed))


def test_a_lost_stop_of_a_closed_one_is_sent_again_and_a_refused_one_asks_for_attention(
    sandbox: Sandbox, closed: Recording, operator: User
) -> None:
    sandbox.add_fault(Fault.RESET_BEFORE, action=STOP)
    stop_recording(actor=operator, recording=closed)
    assert "retried automatically" in signed_in(operator).get(closed.get_absolute_url()).content.decode()
    sandbox.add_fault(Fault.REFUSE, action=STOP, code="OperationDenied")
    run_cycle(timezone.now() + timedelta(seconds=9))
    assert now(closed).attention == Attention.STOP_REFUSED
    stop_recording(actor=operator, recording=closed)
    assert (now(closed).attention, sandbox.live()) == ("", [])


def test_one_that_has_left_or_has_no_task_id_is_not_stopped(
    closed: Recording, operator: User, sandbox: Sandbox
) -> None:
    speak(closed, 302, LeaveCode=0)
    with pytest.raises(NotLive):
        stop_recording(actor=operator, recording=closed)
    Recording.objects.update(task_id="")
    with pytest.raises(NotLive):
        stop_recording(actor=operator, recording=now(closed))
    assert len(sandbox.journal(EntryKind.CALLED)) == 1


def two_of_one_stream(operator: User, device: Device, storage: StorageCredential) -> tuple[Recording, Recording]:
    """One that holds the stream, and one that is doubled; both run."""
    holds, _ = start_recording(actor=operator, request=start_request(device, storage))
    duplicate, _ = start_recording(actor=operator, request=start_request(device, storage, video_stream_id=1))
    Recording.objects.filter(pk=duplicate.pk).update(
        video_stream_id=0, is_duplicate=True, duplicate_since=timezone.now()
    )
    refresh_due_attention(timezone.now())
    return holds, duplicate


@pytest.mark.parametrize("which", [0, 1])
def test_closing_one_of_two_does_not_end_the_alarm_and_stopping_it_does(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential, which: int
) -> None:
    both = two_of_one_stream(operator, device, storage)
    one, other = both[which], both[1 - which]
    close_recording(actor=operator, recording=one, reason="I take it to be over")
    refresh_due_attention(timezone.now())
    assert (now(other).is_duplicate, now(other).attention) == (True, Attention.DOUBLED)
    stop_recording(actor=operator, recording=now(one))
    refresh_due_attention(timezone.now())
    assert (now(other).is_duplicate, now(other).duplicate_since, now(other).attention) == (False, None, "")


def test_the_end_of_a_closed_one_ends_the_alarm_of_the_other(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    holds, duplicate = two_of_one_stream(operator, device, storage)
    close_recording(actor=operator, recording=holds, reason="I take it to be over")
    speak(holds, 302, LeaveCode=99)
    assert not now(duplicate).is_duplicate


def test_a_history_full_of_closed_ones_asks_no_more_than_one_of_them(closed: Recording, operator: User) -> None:
    browser = signed_in(operator)
    counts = []
    for copies in (0, 5):
        for number in range(copies):
            copy = now(closed)
            copy.pk, copy.task_id, copy.reference = None, f"-copy-{number}", f"copy{number}"
            copy.save(force_insert=True)
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/recordings/").content.decode()
        assert page.count("/stop/") >= copies
        counts.append(len(asked))
    assert counts[0] == counts[1]
