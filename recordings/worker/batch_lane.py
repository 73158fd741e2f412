"""A thread that sends the due items of batches of one account and action, at their quota slots.

It claims few items at a time, commits the intents of some together, and reserves slots just before they are needed: a
start by hand waits for a few of them, and a killed worker leaves little behind.
"""

import threading
import time
from collections import deque
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue

import structlog
from django.db import DatabaseError, close_old_connections, connection

from recordings import quota
from recordings.calls import CannotCall, GivenUp
from recordings.group_calls import Answer, OpenCall, send
from recordings.lifecycle.batches.claims import LEASE, Lane, claim_items, release
from recordings.lifecycle.batches.control import pause_lane
from recordings.lifecycle.batches.starts import open_starts
from recordings.lifecycle.batches.stops import send_stop_of
from recordings.models import Batch, CloudAccount
from recordings.quota import Slot
from recordings.rate_limited_log import exception_rarely
from recordings.trro.failures import MomentMissed

log = structlog.get_logger(__name__)
AHEAD_SECONDS = 0.2
"""No slot is reserved further ahead, so that a start by hand waits no longer than that for the slots of batches."""
MAX_TOGETHER = 50
"""Intents in one commit."""
MAX_STOPS = 8
IDLE_SECONDS = 3.0
"""How long a lane looks for more before its thread ends."""
LEASE_MARGIN = 5.0
"""Seconds before the lease of an item ends from which on it is not begun any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A start that was sent, whose outcome is to be stored."""

    account: CloudAccount
    call: OpenCall
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all lanes of a process share."""

    ending: threading.Event
    out: threading.BoundedSemaphore
    """Taken by each start until its outcome is stored."""
    sent: SimpleQueue[Sent | None]
    senders: Executor
    stoppers: Executor


class LaneThread(threading.Thread):
    """Works until nothing was due for IDLE_SECONDS, or until the worker ends: then what is open is still sent."""

    def __init__(self, lane: Lane, shared: Shared) -> None:
        super().__init__(name=f"batch {lane.action}")
        self._lane = lane
        self._shared = shared
        self._account = CloudAccount.objects.get(pk=lane.account_id)
        self._claimed: deque[int] = deque()
        self._claimed_until: datetime | None = None
        self._begin_until = 0.0
        self._claims = 0
        self._ready: deque[OpenCall] = deque()
        """Their intents are committed: they must be sent."""
        self._out = 0
        self._counting = threading.Lock()
        self._last_slot = 0.0

    def run(self) -> None:
        idle_since = time.monotonic()
        try:
            while True:
                close_old_connections()
                try:
                    has_worked = self._turn()
                except DatabaseError as error:
                    exception_rarely("batch_lane_failed", error)
                    self._claimed.clear()
                    has_worked = False
                    if self._shared.ending.is_set():
                        return  # the rows in the ledger will be given up
                    time.sleep(0.5)
                now = time.monotonic()
                if has_worked or self._ready or self._out:
                    idle_since = now
                elif self._shared.ending.is_set() or now - idle_since > IDLE_SECONDS:
                    return
                if not has_worked:
                    time.sleep(0.02)
        finally:
            self._give_back()
            connection.close()

    def _turn(self) -> bool:
        """One step; whether there was anything to do."""
        is_ending = self._shared.ending.is_set()
        if self._claimed and (is_ending or time.monotonic() > self._begin_until):
            self._give_back()
        if not self._claimed and not is_ending:
            self._claim()
        if self._lane.action == Batch.Action.STOP:
            return self._send_stops()
        if self._claimed and len(self._ready) < self._at_once():
            self._open()
        return self._send_ready()

    def _claim(self) -> None:
        """Claim what can be sent in half a second."""
        self._account = CloudAccount.objects.get(pk=self._lane.account_id)
        number = max(2, min(250, self._account.calls_per_second // 2))
        began = time.monotonic()
        claim = claim_items(self._lane, number, turn_of=self._claims)
        self._claims += 1
        self._claimed, self._claimed_until = deque(claim.keys), claim.until
        self._begin_until = began + LEASE.total_seconds() - LEASE_MARGIN

    def _give_back(self) -> None:
        if self._claimed and self._claimed_until:
            try:
                release(self._claimed, self._claimed_until)
            except DatabaseError as error:
                exception_rarely("batch_items_not_released", error)  # their lease runs out
        self._claimed.clear()

    def _taken(self, number: int) -> list[int]:
        return [self._claimed.popleft() for _ in range(min(number, len(self._claimed)))]

    def _open(self) -> None:
        """Commit the intents of the next starts."""
        assert self._claimed_until is not None  # noqa: S101 (something is claimed)
        keys = self._taken(max(1, min(MAX_TOGETHER, self._account.calls_per_second // 10)))
        try:
            self._ready.extend(open_starts(self._account, keys, self._claimed_until))
        except CannotCall:
            self._claimed.extendleft(keys)
            self._give_back()
            pause_lane(self._lane.account_id, self._lane.action, Batch.PauseCause.CREDENTIALS)

    def _at_once(self) -> int:
        """For how many starts slots are reserved at once: what a sender prepares in time, one after the other."""
        return max(1, min(10, self._account.calls_per_second // 50))

    def _send_ready(self) -> bool:
        if not self._ready:
            return False
        time.sleep(max(0.0, self._last_slot - time.monotonic() - AHEAD_SECONDS))
        if not self._shared.out.acquire(timeout=0.5):
            return True
        number = 1
        while number < min(self._at_once(), len(self._ready)) and self._shared.out.acquire(blocking=False):
            number += 1
        calls = [self._ready.popleft() for _ in range(number)]
        try:
            slots = quota.reserve_many(self._account, calls[0].request.action, number)
        except DatabaseError:
            self._ready.extendleft(reversed(calls))
            self._shared.out.release(number)
            raise
        self._last_slot = slots[-1].at
        with self._counting:
            self._out += number
        for call, slot in zip(calls, slots, strict=True):
            self._shared.senders.submit(self._send, self._account, call, slot)
        return True

    def _send(self, account: CloudAccount, call: OpenCall, slot: Slot) -> None:
        """In a sender's thread. Its connection to the database is opened only where a wait was very long."""
        is_sent = False
        try:
            outcome = send(call, slot)
            is_sent = True
            self._shared.sent.put(Sent(account=account, call=call, answer=(call.row, outcome)))
        except MomentMissed:
            self._ready.append(call)
        except GivenUp:
            log.warning("call_given_up", call=call.row.pk)
        except Exception as error:
            exception_rarely("batch_start_not_sent", error)
        finally:
            if not is_sent:
                self._shared.out.release()
            with self._counting:
                self._out -= 1

    def _send_stops(self) -> bool:
        """Hand stops to threads, each of which takes its own slot: so many as pass in the time of AHEAD_SECONDS."""
        limit = max(2, min(MAX_STOPS, int(self._account.calls_per_second * AHEAD_SECONDS)))
        if not self._claimed or self._out >= limit:
            return False
        assert self._claimed_until is not None  # noqa: S101 (something is claimed)
        for key in self._taken(limit - self._out):
            with self._counting:
                self._out += 1
            self._shared.stoppers.submit(self._send_stop, key, self._claimed_until)
        return True

    def _send_stop(self, key: int, until: datetime) -> None:
        close_old_connections()
        try:
            send_stop_of(key, until)
        except Exception as error:
            exception_rarely("batch_stop_failed", error)
        finally:
            close_old_connections()
            with self._counting:
                self._out -= 1
