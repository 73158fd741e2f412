"""A process killed at any point of a stop: the wish is not lost, and the vendor is asked until it has answered."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from recordings import calls
from recordings.domain.states import State
from recordings.models import ApiCall, Attention, Recording
from recordings.sandbox import EntryKind, Fault
from recordings.worker.cycle import give_up_lost_calls, run_cycle

from .children import Moment, send_stop_and_die, stop, stop_and_die
from .processes import running
from .site import Site
from .truth import contradictions
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
STOP = "DeleteCloudRecording"
KILLED = -9
BLINK = timedelta(seconds=1)
LEASE = timedelta(seconds=30)


def test_killed_before_its_intent_is_written_nothing_is_changed_and_it_can_be_asked_again(site: Site) -> None:
    recording = _started(site)
    _killed(stop_and_die, site.operator.pk, recording.pk, Moment.BEFORE_INTENT)
    _let_time_pass()
    assert (_now(recording).state, _outcomes()) == (State.ACCEPTED, [])
    assert len(site.sandbox.live()) == 1
    stop(site.operator.pk, recording.pk)
    assert _now(recording).state == State.STOPPING


def test_killed_after_its_intent_is_written_the_worker_stops_it(site: Site) -> None:
    recording = _started(site)
    _killed(stop_and_die, site.operator.pk, recording.pk, Moment.AFTER_INTENT)
    _let_time_pass()
    _is_stopped_once(site, recording, ["unknown", "accepted"])


def test_killed_while_its_call_is_out_and_was_not_heard_the_worker_stops_it(site: Site) -> None:
    recording = _started(site)
    site.sandbox.add_fault(Fault.HANG_BEFORE, action=STOP)
    with running(stop, site.operator.pk, recording.pk) as child:
        until(lambda: site.sandbox.journal(EntryKind.FAULT))
        child.kill()
        child.join()
    _let_time_pass()
    _is_stopped_once(site, recording, ["unknown", "accepted"])


@pytest.mark.parametrize("moment", [Moment.ANSWERED, Moment.STORING])
def test_killed_before_the_answer_is_stored_it_was_stopped_and_it_needs_attention(site: Site, moment: Moment) -> None:
    recording = _started(site)
    _killed(stop_and_die, site.operator.pk, recording.pk, moment)
    _let_time_pass()
    assert len(site.sandbox.journal(EntryKind.STOPPED)) == 1
    assert _outcomes() == ["unknown", "refused"], "the vendor does not know it any more, which proves nothing"
    assert (_now(recording).state, _now(recording).attention) == (State.ACCEPTED, Attention.STOP_REFUSED)


def test_killed_after_the_answer_is_stored_nothing_is_left_to_do(site: Site) -> None:
    recording = _started(site)
    _killed(stop_and_die, site.operator.pk, recording.pk, Moment.STORED)
    _let_time_pass()
    _is_stopped_once(site, recording, ["accepted"])


@pytest.mark.parametrize("moment", Moment)
def test_a_worker_killed_at_any_point_of_a_stop_that_is_due_leaves_it_to_the_next(site: Site, moment: Moment) -> None:
    recording = _started(site)
    Recording.objects.update(stop_wanted_at=timezone.now(), stop_due_at=timezone.now())
    _killed(send_stop_and_die, recording.pk, moment)
    _let_time_pass()
    assert len(site.sandbox.journal(EntryKind.STOPPED)) == 1
    assert not site.sandbox.live()
    assert not ApiCall.objects.filter(outcome=ApiCall.Outcome.OPEN).exists()
    answered = moment not in {Moment.ANSWERED, Moment.STORING}
    assert _now(recording).state == (State.STOPPING if answered else State.ACCEPTED)
    assert _now(recording).attention == ("" if answered else Attention.STOP_REFUSED)


def test_the_answer_to_a_stop_counts_however_late_it_comes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = _started(site)
    held: list[tuple[Any, ...]] = []
    store = calls.store
    with monkeypatch.context() as patched:
        patched.setattr(calls, "store", lambda *args: held.append(args))
        stop(site.operator.pk, recording.pk)
    give_up_lost_calls(timezone.now() + LEASE)
    assert _outcomes() == ["unknown"]
    store(*held[0])
    assert _now(recording).state == State.STOPPING
    assert _outcomes() == ["unknown", "accepted"]
    assert ApiCall.objects.get(action=STOP, late=True)
    store(*held[0])
    _let_time_pass()
    _is_stopped_once(site, recording, ["unknown", "accepted"])


def _started(site: Site) -> Recording:
    recording, _ = site.ask(0).start()
    assert recording.state == State.ACCEPTED
    return recording


def _killed(work: Callable[..., None], *args: Any) -> None:
    with running(work, *args) as child:
        child.join()
        assert child.exitcode == KILLED


def _let_time_pass() -> None:
    """The lease runs out, then every pause between two tries passes, and more."""
    for wait in (LEASE, LEASE + BLINK, *(LEASE + timedelta(seconds=10) for _ in range(4))):
        run_cycle(timezone.now() + wait)


def _now(recording: Recording) -> Recording:
    return Recording.objects.get(pk=recording.pk)


def _outcomes() -> list[str]:
    return list(ApiCall.objects.filter(action=STOP).order_by("id").values_list("outcome", flat=True))


def _is_stopped_once(site: Site, recording: Recording, outcomes: list[str]) -> None:
    assert len(site.sandbox.journal(EntryKind.STOPPED)) == 1
    assert not site.sandbox.live()
    assert (_now(recording).state, _outcomes()) == (State.STOPPING, outcomes)
    assert _now(recording).stop_due_at is None
    assert not contradictions(site.sandbox)
