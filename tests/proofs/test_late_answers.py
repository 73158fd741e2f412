"""A process that stands still past its lease and then goes on: its answer is kept, and no request leaves any more."""

import os
import signal
from datetime import timedelta
from multiprocessing.context import ForkServerProcess

import pytest
from django.utils import timezone

from recordings.domain.states import State
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind
from recordings.worker.cycle import give_up_lost_calls, run_cycle

from .children import start, start_with_short_leases
from .processes import running
from .site import Site, open_site
from .truth import contradictions
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
PAST_EVERY_LEASE = timedelta(hours=1)
ANSWER_SECONDS = 0.6


def test_an_answer_that_comes_after_its_call_was_given_up_is_accepted() -> None:
    with open_site(response_delay=ANSWER_SECONDS) as site, running(start, site.ask(0)) as child:
        _stands_still_while_its_call_is_out(site, child)
        run_cycle(timezone.now() + PAST_EVERY_LEASE)
        recording = Recording.objects.get()
        assert recording.state == State.UNKNOWN
        _goes_on(child)
        recording.refresh_from_db()
        assert (recording.state, recording.is_duplicate) == (State.ACCEPTED, False)
        assert list(ApiCall.objects.values_list("outcome", "late")) == [("unknown", False), ("accepted", True)]
        assert not contradictions(site.sandbox)


def test_an_answer_that_comes_after_the_stream_was_started_again_is_kept_as_doubled() -> None:
    with open_site(response_delay=ANSWER_SECONDS) as site, running(start, site.ask(0)) as child:
        _stands_still_while_its_call_is_out(site, child)
        run_cycle(timezone.now() + PAST_EVERY_LEASE)
        unknown = Recording.objects.get()
        again, _ = site.ask(0).start(closes=unknown, close_reason="nothing seems to run")
        _goes_on(child)
        unknown.refresh_from_db()
        assert (unknown.state, unknown.is_duplicate) == (State.ACCEPTED, True)
        assert again.state == State.ACCEPTED
        running_now = {task.task_id for task in site.sandbox.live()}
        assert {unknown.task_id, again.task_id} == running_now, "money is spent twice, and both are known"


def test_a_request_whose_call_was_given_up_while_it_waited_for_its_turn_never_leaves() -> None:
    with open_site(quota=1) as site:
        site.ask(0).start()
        with running(start_with_short_leases, site.ask(1)) as child:
            waiting = until(lambda: ApiCall.objects.filter(outcome=ApiCall.Outcome.OPEN).first())
            _signal(child, signal.SIGSTOP)
            until(lambda: timezone.now() > waiting.lease_until)
            assert give_up_lost_calls(timezone.now()) == 1
            _goes_on(child)
        recording = Recording.objects.get(calls=waiting)
        assert recording.state == State.UNKNOWN
        assert len(site.sandbox.journal(EntryKind.CALLED)) == 1, "only the first"
        assert not contradictions(site.sandbox)


def _stands_still_while_its_call_is_out(site: Site, child: ForkServerProcess) -> None:
    until(lambda: site.sandbox.journal(EntryKind.STARTED))
    _signal(child, signal.SIGSTOP)


def _goes_on(child: ForkServerProcess) -> None:
    _signal(child, signal.SIGCONT)
    child.join()
    assert child.exitcode == 0


def _signal(child: ForkServerProcess, number: int) -> None:
    assert child.pid is not None
    os.kill(child.pid, number)
