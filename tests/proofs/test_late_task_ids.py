"""A TaskId that comes when no call waits for it any more: it is never lost, and what runs twice raises the alarm."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from recordings import calls
from recordings.domain.states import State
from recordings.lifecycle.resolve import decide_not_started
from recordings.lifecycle.start import close_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import Attention, Recording
from recordings.worker.cycle import run_cycle
from tests.factories import signed_in

from .site import Ask, Site

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
Answer = tuple[Any, ...]


def _start_without_an_answer(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> tuple[Recording, Answer]:
    """A start whose answer is held back until its lease has run out: the recording, and what to store later."""
    held: list[Answer] = []
    with monkeypatch.context() as patched:
        patched.setattr(calls, "store", lambda *args: held.append(args))
        recording, _ = ask.start()
    run_cycle(timezone.now() + timedelta(minutes=1))
    recording.refresh_from_db()
    assert recording.state == State.UNKNOWN
    return recording, held[0]


def test_an_answer_after_the_lease_makes_it_accepted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    recording, answer = _start_without_an_answer(site.ask(0), monkeypatch)
    calls.store(*answer)
    recording.refresh_from_db()
    assert (recording.state, recording.is_duplicate) == (State.ACCEPTED, False)
    assert [recording.task_id] == [task.task_id for task in site.sandbox.live()]


@pytest.mark.parametrize("decided", ["closed", "not started"])
def test_late_on_a_stream_that_was_started_again_it_is_doubled_with_alarm_and_stop_button(
    site: Site, monkeypatch: pytest.MonkeyPatch, decided: str
) -> None:
    early, answer = _start_without_an_answer(site.ask(0), monkeypatch)
    if decided == "closed":
        close_recording(actor=site.operator, recording=early, reason="The stream is needed")
    else:
        decide_not_started(actor=site.operator, recording=early, reason="The lamp is off")
    late, _ = site.ask(0).start()
    assert late.state == State.ACCEPTED
    calls.store(*answer)
    run_cycle(timezone.now())
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, early.is_duplicate, early.attention) == (State.ACCEPTED, True, Attention.DOUBLED)
    assert (late.state, late.is_duplicate) == (State.ACCEPTED, False)
    assert {early.task_id, late.task_id} == {task.task_id for task in site.sandbox.live()}

    browser = signed_in(site.operator)
    for one in (early, late):
        page = browser.get(one.get_absolute_url()).content.decode()
        for each in (early, late):
            assert f'id="stop-other-{each.pk}"' in page
    assert f'id="needing-{early.pk}"' in browser.get("/attention/").content.decode()
    browser.post(f"/recordings/{early.pk}/stop/", {"reason": "Doubled"})
    early.refresh_from_db()
    assert early.state == State.STOPPING
    assert [late.task_id] == [task.task_id for task in site.sandbox.live()]


def test_a_stop_that_was_wanted_meanwhile_is_sent_when_the_answer_comes_late(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, answer = _start_without_an_answer(site.ask(0), monkeypatch)
    stop_recording(actor=site.operator, recording=recording)
    calls.store(*answer)
    run_cycle(timezone.now())
    recording.refresh_from_db()
    assert recording.state == State.STOPPING
    assert not site.sandbox.live()
