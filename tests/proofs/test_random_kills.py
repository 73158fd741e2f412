"""Web processes and workers killed at random moments, many times: no start is doubled, lost or shown wrong."""

import random
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from multiprocessing.context import ForkServerProcess

import pytest
from django.utils import timezone

from recordings.domain.states import State
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind, Fault, RandomFaults
from recordings.worker.cycle import run_cycle

from .children import start_many, work
from .figures import Figures
from .processes import running
from .site import Site, open_site
from .sizes import size
from .truth import contradictions, starts_of
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
KILLS = size(small=8, full=100)
AT_ONCE = 4
STARTS_EACH = 36
LONGEST_LIFE = 1.0
PAUSES_ARE_OVER = timedelta(seconds=9)
"""Longer than any pause before a refused start is repeated, shorter than any lease."""
EVERYTHING_IS_OVER = timedelta(minutes=5)


def test_killed_at_random_moments_nothing_is_lost_doubled_or_shown_wrong(figures: Figures) -> None:
    dice = RandomFaults(probability=0.2, seed=11, faults=(Fault.REQUEST_LIMIT,))
    with open_site(response_delay=0.005, random_faults=dice) as site:
        for kill in range(0, KILLS, AT_ONCE):
            _one_round(site, kill)
        while Recording.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists():
            run_cycle(timezone.now() + EVERYTHING_IS_OVER)
        assert not contradictions(site.sandbox)
        _tell(figures, site)


def _one_round(site: Site, first: int) -> None:
    """Two that start and two workers, each killed at a moment of its own."""
    dice = random.Random(first)
    before = len(site.sandbox.journal(EntryKind.CALLED))
    with ExitStack() as stack:
        children: list[ForkServerProcess] = []
        for number in range(first, first + AT_ONCE):
            asks = [site.ask(number * STARTS_EACH + place) for place in range(STARTS_EACH)]
            is_worker = number % 2 == 1
            children.append(
                stack.enter_context(running(work, PAUSES_ARE_OVER) if is_worker else running(start_many, asks))
            )
        until(lambda: len(site.sandbox.journal(EntryKind.CALLED)) > before + AT_ONCE, what="the first calls")
        lives = sorted((dice.uniform(0, LONGEST_LIFE), place) for place in range(AT_ONCE))
        began = time.monotonic()
        for life, place in lives:
            time.sleep(max(0.0, began + life - time.monotonic()))
            children[place].kill()


def _tell(figures: Figures, site: Site) -> None:
    states = Counter(Recording.objects.values_list("state", flat=True))
    started = starts_of(site.sandbox.journal())
    unknown = Recording.objects.filter(state=State.UNKNOWN).values_list("reference", flat=True)
    figures.add("processes killed", KILLS)
    figures.add("starts asked for", Recording.objects.count())
    figures.add("calls made", ApiCall.objects.count())
    figures.add("accepted", states[State.ACCEPTED])
    figures.add("refused", states[State.REFUSED])
    figures.add("unknown", states[State.UNKNOWN], f"of which {len(started.keys() & set(unknown))} really run")
    figures.add("started twice", sum(len(ids) > 1 for ids in started.values()))
    figures.add("running and forgotten", len(started) - Recording.objects.filter(reference__in=started).count())
