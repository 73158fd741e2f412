"""Runs batches in a worker's process, in threads of its own: one that looks for due items, a lane for each account and
action that has some (batch_lane.py), senders, and one that stores what came of them.

Any number of processes do this: items are distributed by leases alone. Items whose lease ran out are claimed again; a
start whose intent was committed is Unknown when its worker dies, as any call's.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

from django.db import close_old_connections, connection

from recordings import quota
from recordings.calls import CannotCall, GivenUp, heed
from recordings.clock import database_now
from recordings.group_calls import OpenCall, send
from recordings.lifecycle.batches.claims import Claim, Lane, claim_items, due_items, due_lanes, release
from recordings.lifecycle.batches.control import finish_batches, pause_lane
from recordings.lifecycle.batches.outcomes import store_starts
from recordings.lifecycle.batches.starts import open_starts
from recordings.lifecycle.batches.stops import send_stop_of
from recordings.models import Batch, CloudAccount
from recordings.rate_limited_log import exception_rarely
from recordings.trro.failures import MomentMissed
from recordings.trro.outcome import Outcome
from recordings.worker.batch_lane import MAX_STOPS, MAX_TOGETHER, LaneThread, Sent, Shared

EVERY = 0.5
"""Seconds between two looks for due items; a wake-up comes sooner."""
MAX_OUT = 48
"""Starts of one process that are out, or not stored yet."""


class Runner:
    """Runs batches in this process from `start` to `end`."""

    def __init__(self) -> None:
        self._woken = threading.Event()
        self._lanes: dict[Lane, LaneThread] = {}
        self._senders = ThreadPoolExecutor(MAX_OUT, thread_name_prefix="batch-send")
        self._stoppers = ThreadPoolExecutor(MAX_STOPS, thread_name_prefix="batch-stop")
        self._shared = Shared(
            ending=threading.Event(),
            out=threading.BoundedSemaphore(MAX_OUT),
            sent=SimpleQueue(),
            senders=self._senders,
            stoppers=self._stoppers,
        )
        self._looking = threading.Thread(target=self._look, name="batches")
        self._storing = threading.Thread(target=self._store, name="batch-store")

    def start(self) -> None:
        """Begin. Wake-ups of this process go to this runner from now on."""
        self._looking.start()
        self._storing.start()
        _running.append(self)

    def wake(self) -> None:
        """Look for due items at once."""
        self._woken.set()

    @property
    def lanes_at_work(self) -> int:
        """How many lanes have work, or had some lately."""
        return sum(lane.is_alive() for lane in self._lanes.values())

    def end(self) -> None:
        """Begin nothing more, send what is open, and return when all outcomes are stored."""
        _running.remove(self)
        self._shared.ending.set()
        self._woken.set()
        self._looking.join()
        for lane in self._lanes.values():
            lane.join()
        self._senders.shutdown()
        self._stoppers.shutdown()
        self._shared.sent.put(None)
        self._storing.join()

    def _look(self) -> None:
        while not self._shared.ending.is_set():
            close_old_connections()
            try:
                self._start_lanes()
            except Exception as error:
                exception_rarely("batches_not_looked_for", error)
            self._woken.wait(EVERY)
            self._woken.clear()
        connection.close()

    def _start_lanes(self) -> None:
        for lane in due_lanes(database_now()):
            running = self._lanes.get(lane)
            if running is None or not running.is_alive():
                self._lanes[lane] = LaneThread(lane, self._shared)
                self._lanes[lane].start()

    def _store(self) -> None:
        """Store outcomes, those that have come meanwhile together."""
        is_ending = False
        while not is_ending:
            taken = [self._shared.sent.get()]
            with suppress(Empty):
                while len(taken) < MAX_TOGETHER:
                    taken.append(self._shared.sent.get_nowait())
            is_ending = None in taken
            close_old_connections()
            self._store_together([each for each in taken if each])
        connection.close()

    def _store_together(self, sent: list[Sent]) -> None:
        if not sent:
            return
        try:
            store_starts([each.answer for each in sent])
            for each in sent:
                heed(each.account, each.call.request, each.answer[1])
        except Exception as error:
            exception_rarely("batch_not_paused", error)  # the outcomes are stored, or spilled
        self._shared.out.release(len(sent))


_running: list[Runner] = []


def run_batch(key: int, _now: datetime) -> None:
    """Work on a batch that has due items: in this process's runner, or without one in this thread."""
    for runner in _running:
        runner.wake()
    if _running:
        return
    for action, account in due_items(database_now()).filter(batch=key).values_list("action", "account").distinct():
        lane = Lane(account_id=account, action=action)
        while (claim := claim_items(lane, MAX_TOGETHER)).keys:
            _send_claimed(lane, claim)
    finish_batches([key])


def _send_claimed(lane: Lane, claim: Claim) -> None:
    if lane.action == Batch.Action.STOP:
        for key in claim.keys:
            send_stop_of(key, claim.until)
        return
    account = CloudAccount.objects.get(pk=lane.account_id)
    try:
        for key in claim.keys:  # one by one: the response to one may pause the batch
            for call in open_starts(account, [key], claim.until):
                with suppress(GivenUp):
                    outcome = _send_at_slot(account, call)
                    store_starts([(call.row, outcome)])
                    heed(account, call.request, outcome)
    except CannotCall:
        release(claim.keys, claim.until)
        pause_lane(lane.account_id, lane.action, Batch.PauseCause.CREDENTIALS)


def _send_at_slot(account: CloudAccount, call: OpenCall) -> Outcome:
    while True:
        try:
            return send(call, quota.reserve(account, call.request.action))
        except MomentMissed:
            continue
