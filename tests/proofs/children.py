"""What the child processes of proofs do. They wrap the product's objects in their own process, to die there."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from recordings import calls, vault
from recordings.lifecycle.start import CannotStart
from recordings.lifecycle.stop import send_stop, stop_recording
from recordings.models import Recording, User
from recordings.worker.cycle import run_cycle
from recordings.worker.spills import restore_spills

from .site import Ask


class Moment(Enum):
    """Where a process dies on its way through one start. A start commits twice: its intent, and its answer."""

    BEFORE_INTENT = "everything is ready, the intent is not committed"
    AFTER_INTENT = "the intent is committed, the request has not left"
    ANSWERED = "the answer is here, nothing of it is stored"
    STORING = "the answer is written, its transaction is not committed"
    STORED = "the answer is committed"


def die(*_args: object, **_kwargs: object) -> None:
    """SIGKILL, which no handler and no `finally` sees."""
    os.kill(os.getpid(), signal.SIGKILL)


def start(ask: Ask) -> None:
    """One start."""
    ask.start()


def start_with_short_leases(ask: Ask) -> None:
    """One start whose call counts as lost a second after its turn."""
    settings.CALL_DEADLINE = 0.5
    calls.LEASE_SLACK = timedelta(seconds=0.5)
    ask.start()


def start_and_die(ask: Ask, moment: Moment) -> None:
    """One start that gets as far as the moment."""
    _die_at(moment)
    ask.start()


def _die_at(moment: Moment) -> None:
    match moment:
        case Moment.BEFORE_INTENT:
            die_at_commit(1, before=True)
        case Moment.AFTER_INTENT:
            die_at_commit(1, before=False)
        case Moment.ANSWERED:
            calls.store = die
        case Moment.STORING:
            die_at_commit(2, before=True)
        case Moment.STORED:
            die_at_commit(2, before=False)


def stop(operator_id: int, recording_id: int) -> None:
    """One stop."""
    stop_recording(actor=User.objects.get(pk=operator_id), recording=Recording.objects.get(pk=recording_id))


def stop_and_die(operator_id: int, recording_id: int, moment: Moment) -> None:
    """One stop that gets as far as the moment: it commits twice, as a start does."""
    _die_at(moment)
    stop(operator_id, recording_id)


def send_stop_and_die(recording_id: int, moment: Moment) -> None:
    """The worker's try at a stop that is due, as far as the moment."""
    _die_at(moment)
    send_stop(recording_id, now=timezone.now())


def serve_queue(queue_url: str, lease_slack: timedelta) -> None:
    """The whole worker, as `manage.py worker` runs it, until a signal ends it."""
    settings.QUEUE_URL = queue_url
    calls.LEASE_SLACK = lease_slack
    call_command("worker", every=0.1, threads=8)


def start_many(asks: Sequence[Ask]) -> None:
    """One start after the other, until killed."""
    for ask in asks:
        try:
            ask.start()
        except CannotStart:
            continue  # a process that was killed left its stream live


def start_for(seconds: float, asks: Sequence[Ask]) -> None:
    """One start after the other, as fast as the quota lets them, for so many seconds from the first on."""
    end = time.monotonic() + seconds
    for ask in asks:
        if time.monotonic() >= end:
            return
        ask.start()


def work(ahead: timedelta) -> None:
    """The worker's cycles, with a clock that is ahead, until killed."""
    while True:
        run_cycle(timezone.now() + ahead)


def take_in() -> None:
    """Take in what was spilled."""
    restore_spills()


def take_in_and_die(commit: int, before: bool) -> None:
    """Take in spilled answers, and die at the commit with this number."""
    die_at_commit(commit, before=before)
    restore_spills()


def rotate_and_die(keys: str, *, sealed_already: bool) -> None:
    """`manage.py rotate_keys` under new keys, which dies at its second row: before it, or when it is sealed but not
    stored."""
    settings.ENCRYPTION_KEYS = keys
    rotate, seal = vault.rotate, vault.seal
    begun = 0

    def counted(row: Model) -> bool:
        nonlocal begun
        begun += 1
        if begun == 2 and not sealed_already:
            die()
        return rotate(row)

    def seal_and_die(row: Model, field: str, secret: str) -> None:
        seal(row, field, secret)
        if begun == 2:
            die()

    vault.rotate, vault.seal = counted, seal_and_die
    call_command("rotate_keys")


def die_at_commit(number: int, *, before: bool) -> None:
    commit: Callable[[], Any] = connection.commit
    done = 0

    def counted() -> None:
        nonlocal done
        done += 1
        if done == number and before:
            die()
        commit()
        if done == number:
            die()

    connection.commit = counted  # type: ignore[method-assign]
