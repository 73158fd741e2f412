"""Four processes share a quota of 20 calls a second: the vendor never sees more, and little of it goes to waste."""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.domain.states import State
from recordings.models import Recording
from recordings.quota import MARGIN
from recordings.sandbox import EntryKind
from recordings.worker.cycle import run_cycle

from .children import start_for
from .figures import Figures
from .processes import running
from .site import Site, open_site
from .sizes import FULL, size
from .truth import contradictions
from .waits import Metronome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
LIMIT = 20
PROCESSES = 4
SECONDS = size(small=2.0, full=20.0)
MAX_EACH = 500
PAUSES_ARE_OVER = timedelta(seconds=9)


def test_the_vendor_never_sees_more_calls_in_any_second_than_the_quota(figures: Figures) -> None:
    """At full size, with 27 ms to spare for the way to the sandbox: only a longer stall could look like a burst.

    Small, as one of many tests, it shows what comes of a call over the quota: it is repeated, and nothing is lost.
    """
    with open_site(quota=LIMIT) as site:
        with Metronome() as metronome:
            _four_processes_start(site)
        arrivals = [entry.time for entry in site.sandbox.journal(EntryKind.CALLED)]
        over = len(site.sandbox.journal(EntryKind.REFUSED))
        figures.add("calls that arrived", len(arrivals), f"from {PROCESSES} processes, limit {LIMIT} a second")
        rate = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0])
        figures.add("calls a second", rate, f"{LIMIT * MARGIN:.1f} slots a second are handed out")
        figures.add("most in any second", _busiest_second(arrivals))
        figures.add("refused by the sandbox's own count", over)
        figures.add("longest stall of this machine, ms", metronome.longest_stall * 1000)
        while Recording.objects.filter(state=State.QUEUED).exists():
            run_cycle(timezone.now() + PAUSES_ARE_OVER)
        assert not Recording.objects.exclude(state=State.ACCEPTED).exists()
        assert not contradictions(site.sandbox)
        if FULL:
            assert over == 0


def _four_processes_start(site: Site) -> None:
    with ExitStack() as stack:
        children = []
        for place in range(PROCESSES):
            asks = [site.ask(place * MAX_EACH + number) for number in range(MAX_EACH)]
            children.append(stack.enter_context(running(start_for, SECONDS, asks)))
        for child in children:
            child.join()


def _busiest_second(arrivals: Sequence[float]) -> int:
    """The most arrivals in any window of one second, wherever it begins."""
    return max(bisect_left(arrivals, moment + 1.0) - place for place, moment in enumerate(arrivals))
