"""Four processes enter 500 things a second: none is lost, nobody waits for ever, and the chain holds."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from recordings.audit.verifying import verify
from recordings.models import AuditEntry

from .audit_children import write_by_the_clock, write_flat_out
from .figures import Figures
from .processes import running
from .sizes import FULL, size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
WRITERS = 4
RATE = 500
SECONDS = size(small=2, full=20)
LATE = 1.0
"""Seconds by which the last entry may be late, at full size."""


@pytest.fixture(autouse=True)
def own_anchors(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR = tmp_path / "anchors.jsonl"


def test_four_writers_enter_500_a_second(figures: Figures, own_var: Path) -> None:
    told, begin = _write(own_var, write_by_the_clock, RATE // WRITERS, SECONDS)
    took = max(each["ended"] for each in told) - begin
    total = sum(each["entries"] for each in told)
    _holds(told)
    assert total == RATE * SECONDS
    if FULL:
        assert took < SECONDS + LATE
    figures.add("entries", total, f"by {WRITERS} processes on {connection.vendor}, in {took:.2f} s")
    figures.add("a second", total / took)
    figures.add("slowest, ms", 1000 * max(each["slowest"] for each in told))


def test_four_writers_as_fast_as_they_can(figures: Figures, own_var: Path) -> None:
    seconds = size(small=2, full=20)
    told, _begin = _write(own_var, write_flat_out, seconds)
    _holds(told)
    total = sum(each["entries"] for each in told)
    figures.add("entries", total, f"by {WRITERS} processes on {connection.vendor}, none lost")
    figures.add("a second", total / seconds)
    figures.add("slowest, ms", 1000 * max(each["slowest"] for each in told))


def _write(var: Path, work: Callable[..., None], *args: Any) -> tuple[list[dict[str, float]], float]:
    """What each writer told, and when they began."""
    begin = time.time() + 3  # all are up by then
    with ExitStack() as stack:
        writers = [stack.enter_context(running(work, number, begin, *args)) for number in range(WRITERS)]
        for writer in writers:
            writer.join()
            assert writer.exitcode == 0
    return [json.loads((var / f"writer{number}.json").read_text()) for number in range(WRITERS)], begin


def _holds(told: list[dict[str, float]]) -> None:
    """Every entry that a writer has committed is there once, in its order, and the chain holds."""
    verdict = verify()
    assert verdict.finding is None
    assert verdict.checked == sum(each["entries"] for each in told)
    for writer, each in enumerate(told):
        mine = AuditEntry.objects.filter(actor=f"writer{writer}").order_by("sequence")
        assert [after["number"] for after in mine.values_list("after", flat=True)] == list(range(int(each["entries"])))
