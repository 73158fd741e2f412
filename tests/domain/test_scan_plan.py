"""When a bucket is looked into next: the table of pauses by itself."""

from datetime import timedelta

import pytest

from recordings.domain.scan_plan import DAY, Phase, pause

BLINK = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("phase", [Phase.LOST, Phase.GIVEN_UP])
@pytest.mark.parametrize("longest", [HOUR, DAY])
def test_a_lost_task_id_is_looked_for_until_a_day_after_its_first_file_was_cut(
    phase: Phase, longest: timedelta
) -> None:
    assert pause(phase, scan_count=300, age=longest + DAY, longest_file=longest)
    assert pause(phase, scan_count=300, age=longest + DAY + BLINK, longest_file=longest) is None


def test_without_a_length_the_vendors_own_one_of_a_day_counts() -> None:
    assert pause(Phase.LOST, scan_count=300, age=DAY + HOUR)
    assert pause(Phase.LOST, scan_count=300, age=2 * DAY + BLINK) is None


def test_what_runs_is_scanned_soon_for_as_long_as_it_runs() -> None:
    assert pause(Phase.RUNNING, scan_count=10, age=HOUR) == timedelta(minutes=1)
    assert pause(Phase.RUNNING, scan_count=30_000, age=100 * DAY) == timedelta(minutes=5)


def test_files_of_one_that_is_over_are_waited_for_with_growing_pauses_for_a_day() -> None:
    pauses = [pause(Phase.OVER, scan_count=scan_count, age=HOUR) for scan_count in range(6)]
    assert pauses == [timedelta(seconds=seconds) for seconds in (5, 25, 90, 480, 900, 1800)]
    assert pause(Phase.OVER, scan_count=50, age=DAY)
    assert pause(Phase.OVER, scan_count=50, age=DAY + BLINK) is None
