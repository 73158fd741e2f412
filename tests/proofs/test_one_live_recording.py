"""Many ask for the same stream at the same moment: one start reaches the vendor, and the others get an explanation."""

import dataclasses
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction

from recordings import quota
from recordings.domain.states import LIVE, State
from recordings.lifecycle.send import conclude_start
from recordings.lifecycle.start import AlreadySubmitted, CannotStart, StreamIsLive
from recordings.models import CloudAccount, Recording
from recordings.sandbox import EntryKind, Fault
from recordings.trro.outcome import Accepted, Refused
from tests.factories import signed_in

from .figures import Figures
from .site import Site
from .sizes import size
from .truth import contradictions
from .waits import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
ROUNDS = size(small=20, full=200)
OTHER_ROUNDS = size(small=6, full=100)
PEOPLE = 8


def test_of_eight_who_start_the_same_stream_at_once_one_does(site: Site, figures: Figures) -> None:
    results_by_name: Counter[str] = Counter()
    for number in range(ROUNDS):
        asks = [dataclasses.replace(site.ask(number), reference=site.ask(0).reference) for _ in range(PEOPLE)]
        results = at_once([ask.start for ask in asks])
        results_by_name.update(_name(result) for result in results)
        started = [result for result in results if isinstance(result, tuple)]
        assert len(started) == 1
        assert isinstance(started[0][1], Accepted)
        assert all(isinstance(result, StreamIsLive | tuple) for result in results), results
    assert len(site.sandbox.journal(EntryKind.CALLED)) == ROUNDS
    assert not contradictions(site.sandbox)
    figures.add("rounds", ROUNDS, f"{PEOPLE} threads each on one stream")
    for name, times in results_by_name.items():
        figures.add(name, times)


def test_of_one_form_sent_eight_times_at_once_one_starts(site: Site) -> None:
    for number in range(OTHER_ROUNDS):
        ask = site.ask(number)
        results = at_once([ask.start] * PEOPLE)
        assert sum(isinstance(result, tuple) for result in results) == 1
        assert all(isinstance(result, StreamIsLive | AlreadySubmitted | tuple) for result in results), results
    assert len(site.sandbox.journal(EntryKind.CALLED)) == OTHER_ROUNDS


def test_a_stream_that_is_refused_meanwhile_gives_no_user_an_error(site: Site) -> None:
    """Between losing the race and looking who won, the winner may be gone again."""
    site.sandbox.add_fault(Fault.REFUSE, times=None)
    for number in range(OTHER_ROUNDS):
        asks = [dataclasses.replace(site.ask(number), reference=site.ask(0).reference) for _ in range(PEOPLE)]
        for result in at_once([ask.start for ask in asks]):
            assert isinstance(result[1] if isinstance(result, tuple) else result, Refused | CannotStart), result
    assert not Recording.objects.filter(state__in=LIVE).exists()
    assert not site.sandbox.journal(EntryKind.STARTED)


def test_of_eight_who_start_anyway_on_an_unknown_stream_one_does(site: Site) -> None:
    for number in range(OTHER_ROUNDS):
        site.sandbox.add_fault(Fault.RESET_AFTER)
        unknown, _ = site.ask(number).start()
        asks = [dataclasses.replace(site.ask(number), reference=site.ask(0).reference) for _ in range(PEOPLE)]
        results = at_once([_anyway(ask.start, unknown) for ask in asks])
        assert sum(isinstance(result, tuple) for result in results) == 1, results
        assert all(isinstance(result, CannotStart | tuple) for result in results), results
        unknown.refresh_from_db()
        assert (unknown.state, unknown.decisions.count()) == (State.CLOSED, 1)
    assert len(site.sandbox.journal(EntryKind.CALLED)) == 2 * OTHER_ROUNDS
    assert not contradictions(site.sandbox)


def test_start_anyway_does_not_close_what_it_was_not_meant_for(site: Site) -> None:
    bystander, _ = site.ask(0).start()
    site.ask(1).start(closes=bystander, close_reason="a page that is out of date")
    bystander.refresh_from_db()
    assert (bystander.state, bystander.decisions.count()) == (State.ACCEPTED, 0)


def _anyway(start: Callable[..., object], unknown: Recording) -> Callable[[], object]:
    return lambda: start(closes=unknown, close_reason="an emergency")


def _name(result: object) -> str:
    return "started" if isinstance(result, tuple) else type(result).__name__


def test_a_task_id_that_turns_up_while_a_user_starts_anyway_is_not_closed_away(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = _lost(site)
    reserve = quota.reserve

    def meanwhile(account: CloudAccount, action: str) -> quota.Slot:
        _the_answer_comes(site, unknown)
        return reserve(account, action)

    monkeypatch.setattr(quota, "reserve", meanwhile)
    with pytest.raises(StreamIsLive):
        site.ask(0).start(closes=unknown, close_reason="nothing seems to run")
    _runs_and_is_known(site, unknown)


def test_a_task_id_that_turns_up_while_the_page_is_open_is_not_closed_away(site: Site) -> None:
    unknown = _lost(site)
    client = signed_in(site.operator)
    address = f"{unknown.get_absolute_url()}close/"
    shown = client.get(address).context["form"]
    hidden = {field.html_name: field.value() for field in shown.hidden_fields()}
    _the_answer_comes(site, unknown)
    assert client.post(address, hidden | {"reason": "nothing seems to run"}).status_code == 303
    _runs_and_is_known(site, unknown)


def _lost(site: Site) -> Recording:
    """A start that the vendor carried out, and whose answer is lost."""
    site.sandbox.add_fault(Fault.RESET_AFTER)
    return site.ask(0).start()[0]


def _the_answer_comes(site: Site, unknown: Recording) -> None:
    (task,) = site.sandbox.live()
    answer = Accepted(task_id=task.task_id, request_id=task.request_id, response={})
    with transaction.atomic():
        conclude_start(unknown.calls.get(late=False), answer)


def _runs_and_is_known(site: Site, recording: Recording) -> None:
    recording.refresh_from_db()
    assert (recording.state, recording.decisions.count()) == (State.ACCEPTED, 0)
    assert [recording.task_id] == [task.task_id for task in site.sandbox.live()]
    assert Recording.objects.count() == 1
