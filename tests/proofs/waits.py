"""Waiting for what other processes and threads do, and doing things at the same moment."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def until(condition: Callable[[], T | None], *, seconds: float = 20.0, what: str = "what was waited for") -> T:
    """What `condition` gives once it is true. Raises AssertionError when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.005)
    raise AssertionError(f"{what} did not happen within {seconds} seconds")


def at_once(works: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run all at the same moment, each in a thread with a database connection of its own: results in order.

    What one of them raises is its result.
    """
    results: list[T | Exception | None] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = works[place]()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [result for result in results if result is not None]


class Metronome:
    """A thread that wants to wake every 2 ms, and notes how long it was kept from it: how busy the machine is."""

    def __init__(self) -> None:
        self.longest_stall = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Metronome":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _tick(self) -> None:
        due = time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            self.longest_stall = max(self.longest_stall, time.monotonic() - due)
            due = time.monotonic() + 0.002
