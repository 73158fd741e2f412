"""When the bucket of a recording is scanned next. Touches no database.

A lost TaskId is looked for with growing pauses until its first file must have been written and uploaded; a recording
that runs is looked at for new files as long as it runs; one that is over until all its files are there, or until a day
has passed since its end and since its last file.
"""

from datetime import timedelta
from enum import Enum

from recordings.domain.states import State

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Phase(Enum):
    """What is looked for in the bucket."""

    NOTHING = "nothing"
    LOST = "a TaskId that got lost"
    RUNNING = "files that come"
    OVER = "files that are still to come"
    GIVEN_UP = "a lost TaskId that a user gave up on: searched for as before"


def phase_of(state: State, *, has_task_id: bool) -> Phase:
    """What a scan of a recording's bucket looks for."""
    if state is State.UNKNOWN:
        return Phase.LOST
    if state in {State.ACCEPTED, State.RECORDING, State.STOPPING}:
        return Phase.RUNNING
    if state in {State.ENDED, State.FAILED} or (state is State.CLOSED and has_task_id):
        return Phase.OVER
    return Phase.GIVEN_UP if state in {State.CLOSED, State.NOT_STARTED} else Phase.NOTHING


_SECONDS = {Phase.LOST: (5, 10, 20, 40), Phase.RUNNING: (10, 20, 30), Phase.OVER: (5, 25, 90, 480, 900)}
_LATER = {Phase.RUNNING: MINUTE, Phase.OVER: 30 * MINUTE}
LONGEST_FILE = DAY
"""When the vendor cuts a file for which no length was asked. Source: TRRO API, CreateCloudRecording."""


def search_time(longest_file: timedelta = LONGEST_FILE) -> timedelta:
    """How long after the start a lost TaskId is searched for: until its first file must be there, and a day more."""
    return longest_file + DAY


def pause(phase: Phase, *, scan_count: int, age: timedelta, longest_file: timedelta = LONGEST_FILE) -> timedelta | None:
    """How long to wait after so many looks; None for ever.

    `age`: since the start was sent; of one that is over, since its end or its last file.
    """
    if phase is Phase.GIVEN_UP:
        phase = Phase.LOST
    if phase is Phase.NOTHING or (phase is Phase.OVER and age > DAY):
        return None
    if phase is Phase.LOST and age > search_time(longest_file):
        return None
    if scan_count < len(_SECONDS[phase]):
        return timedelta(seconds=_SECONDS[phase][scan_count])
    if phase is Phase.LOST:
        return MINUTE if age < HOUR else 10 * MINUTE
    if phase is Phase.RUNNING and age > DAY:
        return 5 * MINUTE  # its folder has become long, and each look asks for all of it
    return _LATER[phase]
