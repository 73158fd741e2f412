"""A process killed at any point of a start: what it had begun is known, is never sent again, and holds its stream."""

import dataclasses
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.domain.states import State
from recordings.lifecycle.reference import new_reference, read_reference
from recordings.lifecycle.start import StreamIsLive
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind, Fault
from recordings.worker.cycle import run_cycle

from .children import Moment, start, start_and_die
from .processes import running
from .site import Ask, Site
from .truth import contradictions
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
LATER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
KILLED = -9


def test_killed_before_its_intent_is_written_nothing_is_left_and_nothing_runs(site: Site) -> None:
    _killed_at(site.ask(0), Moment.BEFORE_INTENT)
    _let_time_pass()
    assert not Recording.objects.exists()
    assert not ApiCall.objects.exists()
    assert not site.sandbox.journal()
    site.ask(0).start()
    assert Recording.objects.get().state == State.ACCEPTED, "the stream is free"


def test_killed_after_its_intent_is_written_it_is_unknown(site: Site) -> None:
    ask = site.ask(0)
    _killed_at(ask, Moment.AFTER_INTENT)
    _is_unknown_for_good(site, ask, really_started=0)


@pytest.mark.parametrize(("fault", "really_started"), [(Fault.HANG, 1), (Fault.HANG_BEFORE, 0)])
def test_killed_while_its_call_is_out_it_is_unknown(site: Site, fault: Fault, really_started: int) -> None:
    ask = site.ask(0)
    site.sandbox.add_fault(fault)
    with running(start, ask) as child:
        until(lambda: site.sandbox.journal(EntryKind.STARTED if really_started else EntryKind.FAULT))
        child.kill()
        child.join()
        assert child.exitcode == KILLED
    assert Recording.objects.get().state == State.SENDING, "the intent was there before the request left"
    _is_unknown_for_good(site, ask, really_started=really_started)


@pytest.mark.parametrize("moment", [Moment.ANSWERED, Moment.STORING])
def test_killed_before_its_answer_is_stored_it_is_unknown(site: Site, moment: Moment) -> None:
    ask = site.ask(0)
    _killed_at(ask, moment)
    _is_unknown_for_good(site, ask, really_started=1)


def test_killed_after_its_answer_is_stored_it_is_accepted(site: Site) -> None:
    _killed_at(site.ask(0), Moment.STORED)
    _let_time_pass()
    recording = Recording.objects.get()
    assert recording.state == State.ACCEPTED
    assert [recording.task_id] == [task.task_id for task in site.sandbox.live()]
    assert not contradictions(site.sandbox)


def _killed_at(ask: Ask, moment: Moment) -> None:
    with running(start_and_die, ask, moment) as child:
        child.join()
        assert child.exitcode == KILLED


def _is_unknown_for_good(site: Site, ask: Ask, *, really_started: int) -> None:
    """After the lease: unknown, also in the ledger; nothing more is sent; the stream is held."""
    sent = _starts_sent(site)
    _let_time_pass()
    recording, call = Recording.objects.get(), ApiCall.objects.get()
    assert (recording.reference, recording.state, recording.task_id) == (ask.reference, State.UNKNOWN, "")
    assert (call.outcome, call.code, call.task_id) == (ApiCall.Outcome.UNKNOWN, "ProcessLost", "")
    assert recording.error_code == "ProcessLost"
    assert len(site.sandbox.journal(EntryKind.STARTED)) == really_started
    with pytest.raises(StreamIsLive):
        dataclasses.replace(ask, reference=read_reference(new_reference())).start()
    assert _starts_sent(site) == sent, "the program sends nothing again"
    assert not contradictions(site.sandbox)


def _starts_sent(site: Site) -> int:
    return sum(entry.action == "CreateCloudRecording" for entry in site.sandbox.journal(EntryKind.CALLED))


def _let_time_pass() -> None:
    for wait in LATER:
        run_cycle(timezone.now() + wait)
