"""When the bucket of a recording is looked into next. Touches no database.

A lost TaskId is looked for with growing pauses; a recording that runs is looked at each minute for new files; one that
is over until all its files are there.
"""

from datetime import timedelta
from enum import Enum

from recordings.capture.states import State

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Phase(Enum):
    """What is looked for in the bucket."""

    NOTHING = "nothing"
    LOST = "a TaskId that got lost"
    RUNNING = "files that come"
    OVER = "files that are still to come"
    GIVEN_UP = "a lost TaskId that somebody has given up: looked for as before"


def phase_of(state: State, *, has_task_id: bool) -> Phase:
    """What a recording's bucket is looked into for."""
    if state is State.UNKNOWN:
        return Phase.LOST
    if state in {State.ACCEPTED, State.RECORDING, State.STOPPING}:
        return Phase.RUNNING
    if state in {State.ENDED, State.FAILED} or (state is State.CLOSED and has_task_id):
        return Phase.OVER
    return Phase.GIVEN_UP if state in {State.CLOSED, State.NOT_STARTED} else Phase.NOTHING


_SECONDS = {Phase.LOST: (5, 10, 20, 40), Phase.RUNNING: (10, 20, 30), Phase.OVER: (5, 25, 90, 480)}
_LATER = {Phase.RUNNING: MINUTE, Phase.OVER: timedelta(minutes=30)}


def pause(phase: Phase, *, looks: int, age: timedelta) -> timedelta | None:
    """How long to wait after so many looks; None for ever. `age`: since the start was sent, or since the end."""
    if phase is Phase.GIVEN_UP:
        phase = Phase.LOST
    if phase is Phase.NOTHING or (phase is not Phase.RUNNING and age > DAY):
        return None
    if looks < len(_SECONDS[phase]):
        return timedelta(seconds=_SECONDS[phase][looks])
    if phase is Phase.LOST:
        return MINUTE if age < HOUR else 10 * MINUTE
    return _LATER[phase]
