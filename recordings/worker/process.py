"""A worker's process: one loop for quick work, huey's threads for calls to the vendor, and
others for bucket scans, so that a slow bucket does not delay a stop.

All finish their current work before they end. A killed process leaves rows whose leases expire; the next worker's
loop finds them.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone
from huey.consumer import Consumer

from recordings import heartbeat, wakeups
from recordings.audit_log.anchors import anchor_when_due
from recordings.calls import LEASE_SLACK
from recordings.clock import database_now
from recordings.exports.sweep import EVERY as SWEEP_EVERY
from recordings.exports.sweep import sweep_files
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.hourly_counts import EVERY as COUNT_EVERY
from recordings.lifecycle.hourly_counts import recount
from recordings.worker.batches import Runner
from recordings.worker.cycle import attempt, do_quick_work
from recordings.worker.sweep import Sweep

log = structlog.get_logger(__name__)
LONGEST_PAUSE = 0.5
"""Seconds between two checks of the queue where its store cannot wake a worker."""
SILENCE = 60.0
"""Seconds between two lines in the log about a database that does not respond."""

Step = Callable[[datetime], object]


class Loop:
    """Does each step when its interval has passed.

    Intervals are measured by `ticks`, which counts seconds and never goes back: the time of day can be changed at
    any moment.
    """

    def __init__(self, *steps: tuple[timedelta, Step], ticks: Callable[[], float] = time.monotonic) -> None:
        self._steps = steps
        self._ticks = ticks
        self._done: dict[Step, float] = {}
        self._silent_until = float("-inf")

    def turn_now(self) -> None:
        """One turn at the database's time. While it does not respond nothing can be done: logged once a minute."""
        try:
            now = database_now()
        except Error as error:
            if self._ticks() >= self._silent_until:
                self._silent_until = self._ticks() + SILENCE
                log.error("database_does_not_answer", why=type(error).__name__)
        else:
            self.turn(now)

    def turn(self, now: datetime) -> None:
        """Do each step whose interval has passed; `now` is the time of day that the steps work with."""
        for interval, step in self._steps:
            tick = self._ticks()
            if step not in self._done or tick - self._done[step] >= interval.total_seconds():
                self._done[step] = tick
                attempt(step, now)


def run(ending: threading.Event, *, every: float, threads: int, scan_threads: int) -> None:
    """Work until `ending` is set, then finish the current work. `every`: seconds between two turns of the loop.

    `threads` call the vendor at once, and `scan_threads` scan buckets.
    """
    consumers = [_started(wakeups.CALLS, threads), _started(wakeups.SCANS, scan_threads)]
    batches = Runner()
    batches.start()
    at_once = timedelta(0)
    loop = Loop(
        (at_once, do_quick_work),
        (at_once, Sweep()),
        (heartbeat.EVERY, heartbeat.beat),
        (timedelta(seconds=5), refresh_due_attention),
        (COUNT_EVERY, recount),
        (timedelta(minutes=1), anchor_when_due),
        (SWEEP_EVERY, sweep_files),
        *((timedelta(seconds=10), partial(_restart_dead_threads, consumer)) for consumer in consumers),
    )
    while not ending.is_set():
        close_old_connections()
        loop.turn_now()
        ending.wait(every)
    for consumer in consumers:  # all of them at once, before the first is waited for
        consumer.stop_flag.set()
    batches.end()
    for consumer in consumers:
        consumer.stop(graceful=True)
    attempt(lambda _now: heartbeat.leave(), timezone.now())


def _started(name: str, threads: int) -> Consumer:
    """The threads of one queue, at work."""
    consumer = Consumer(
        wakeups.queue(name),
        workers=threads,
        periodic=False,  # rows say when they are due; a message from a clock would only say it again
        backoff=1.2,
        max_delay=LONGEST_PAUSE,
        scheduler_interval=60,  # nothing is scheduled, but the consumer wants one
        shutdown_timeout=settings.CALL_DEADLINE + LEASE_SLACK.total_seconds(),
        graceful_signal="TERM",
    )
    consumer.scheduler.start()
    for _worker, thread in consumer.worker_threads:
        thread.start()
    return consumer


def _restart_dead_threads(consumer: Consumer, _now: datetime) -> None:
    consumer.check_worker_health()
