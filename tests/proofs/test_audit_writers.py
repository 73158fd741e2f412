"""Four processes enter 500 things a second: none is lost, no process waits for ever, and the chain holds."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from recordings.audit_log.verify import verify
from recordings.models import AuditEntry

from .audit_children import write_by_the_clock, write_flat_out
from .figures import Figures
from .processes import running
from .sizes import FULL, size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
WRITERS = 4
RATE = 500
SECONDS = size(small=2, full=20)
ON_TIME = 0.9
"""How many of them are in the trail when the time is over, at full size: a machine may be busy with others too."""


def test_four_writers_enter_500_a_second(figures: Figures, own_var: Path) -> None:
    times, begin = _write(own_var, write_by_the_clock, RATE // WRITERS, SECONDS)
    _holds(times)
    assert sum(map(len, times)) == RATE * SECONDS
    on_time = AuditEntry.objects.filter(at__lte=datetime.fromtimestamp(begin + SECONDS, tz=UTC)).count()
    figures.add(
        "a second", on_time / SECONDS, f"of {RATE} that were to be, by {WRITERS} processes on {connection.vendor}"
    )
    _add(figures, times)
    if FULL:
        assert on_time >= ON_TIME * RATE * SECONDS


def test_four_writers_as_fast_as_they_can(figures: Figures, own_var: Path) -> None:
    times, _begin = _write(own_var, write_flat_out, SECONDS)
    _holds(times)
    figures.add("a second", sum(map(len, times)) / SECONDS, f"by {WRITERS} processes on {connection.vendor}")
    _add(figures, times)


def _add(figures: Figures, times: list[list[float]]) -> None:
    took = sorted(1000 * each for writer in times for each in writer)
    figures.add("entries", len(took), "none lost, the chain holds")
    figures.add("ms each, median", took[len(took) // 2])
    figures.add("ms each, 99 of 100", took[len(took) * 99 // 100])
    figures.add("ms each, slowest", took[-1])


def _write(var: Path, work: Callable[..., None], *args: Any) -> tuple[list[list[float]], float]:
    """The seconds that each writer's entries took, and when all began."""
    begin = time.time() + 3  # all are up by then
    with ExitStack() as stack:
        writers = [stack.enter_context(running(work, number, begin, *args)) for number in range(WRITERS)]
        for writer in writers:
            writer.join()
            assert writer.exitcode == 0
    return [json.loads((var / f"writer{number}.json").read_text()) for number in range(WRITERS)], begin


def _holds(times: list[list[float]]) -> None:
    """Every entry that a writer has committed is there once, in its order, and the chain holds."""
    result = verify()
    assert result.finding is None
    assert result.checked == sum(map(len, times))
    for writer, took in enumerate(times):
        mine = AuditEntry.objects.filter(actor=f"writer{writer}").order_by("sequence")
        assert [after["number"] for after in mine.values_list("after", flat=True)] == list(range(len(took)))
