"""Thousands of starts by many people at once, one in ten meeting a fault: nothing is lost, nothing started twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from recordings.domain.states import State
from recordings.lifecycle.reference import new_reference
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind, Fault, RandomFaults

from .browser import START, Browser, start_fields
from .figures import Figures
from .servers import Server, running_command, web_server
from .site import Ask, Site, open_site
from .sizes import size
from .truth import contradictions, starts_of
from .waits import at_once, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
STARTS = size(small=150, full=2_000)
PEOPLE = 6
UNSETTLED = (State.QUEUED, State.SENDING)


def test_whatever_the_vendor_does_each_start_is_shown_as_it_was(own_var: Path, figures: Figures) -> None:
    dice = RandomFaults(probability=0.1, seed=29, faults=tuple(Fault))
    with (
        open_site(random_faults=dice, drip_pause=0.05) as site,
        web_server(var_dir=own_var) as server,
        running_command("worker", "--every", "0.1", var_dir=own_var),
    ):
        asks = [site.ask(number) for number in range(STARTS)]
        answers = Counter[int]()
        for statuses in at_once([_person(server, site, asks[place::PEOPLE]) for place in range(PEOPLE)]):
            assert isinstance(statuses, Counter), statuses
            answers += statuses
        until(lambda: not Recording.objects.filter(state__in=UNSETTLED).exists(), seconds=60, what="the last answer")
        assert answers.keys() <= {303, 422}
        assert Recording.objects.count() == STARTS
        assert not contradictions(site.sandbox)
        _tell(figures, site, answers)


def _person(server: Server, site: Site, asks: Sequence[Ask]) -> Callable[[], Counter[int]]:
    """A user who starts one recording after the other, each with a form's reference of its own; the statuses."""

    def work() -> Counter[int]:
        browser = Browser(server.port, site.operator)
        try:
            form = browser.fill_in(START, {})
            forms = [form | start_fields(ask) | {"reference": new_reference()} for ask in asks]
            return Counter(browser.post(START, fields).status for fields in forms)
        finally:
            browser.close()

    return work


def _tell(figures: Figures, site: Site, answers: Counter[int]) -> None:
    states = Counter(Recording.objects.values_list("state", flat=True))
    started = starts_of(site.sandbox.journal())
    unknown = set(Recording.objects.filter(state=State.UNKNOWN).values_list("reference", flat=True))
    figures.add("starts asked for", STARTS, f"by {PEOPLE} people at once, through the form")
    figures.add("faults met", len(site.sandbox.journal(EntryKind.FAULT)))
    figures.add("calls made", ApiCall.objects.count(), f"{ApiCall.objects.count() - STARTS} repeated by themselves")
    figures.add("accepted", states[State.ACCEPTED], f"{answers[303]} answers led to a recording's page")
    figures.add("refused", states[State.REFUSED])
    figures.add("unknown", states[State.UNKNOWN], f"of which {len(unknown & started.keys())} really run")
    figures.add("started twice", sum(len(ids) > 1 for ids in started.values()))
    figures.add("running and forgotten", len(started) - Recording.objects.filter(reference__in=started).count())
