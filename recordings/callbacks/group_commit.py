"""Committing what comes at the same moment together: one transaction for all threads that wait for it.

Two hundred commits a second, each with its own turn at the database's one lock, would wait for each other. The
thread that gets the turn writes for all that wait; none continues before its own row is committed.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from recordings.models import CallbackEvent
from recordings.sqlite_lock import turn

MAX_AT_ONCE = 100


class NotCommitted(Exception):
    """The database did not take it, or the process is ending. Nothing was stored."""


@dataclass(slots=True)
class _Waiting:
    event: CallbackEvent
    is_done: bool = False
    error: BaseException | None = None


_arriving = threading.Lock()
_writing = threading.Lock()
_waiting: list[_Waiting] = []


def commit(event: CallbackEvent) -> None:
    """Return when the event, or one just like it that came before, is committed. Raises NotCommitted."""
    mine = _Waiting(event)
    with _arriving:
        _waiting.append(mine)
    while not mine.is_done:
        with _writing:
            if not mine.is_done:
                _write(_taken())
    if mine.error:
        raise NotCommitted from mine.error


def _taken() -> Sequence[_Waiting]:
    with _arriving:
        taken = _waiting[:MAX_AT_ONCE]
        del _waiting[:MAX_AT_ONCE]
    return taken


def _write(taken: Sequence[_Waiting]) -> None:
    error: BaseException | None = None
    try:
        with turn():
            CallbackEvent.objects.bulk_create([each.event for each in taken], ignore_conflicts=True)
    except BaseException as failure:
        error = failure
        if not isinstance(failure, Exception):
            raise  # the process is ending; the others get the error below
    finally:
        for each in taken:
            each.error, each.is_done = error, True
