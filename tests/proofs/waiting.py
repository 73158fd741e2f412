"""Waiting for what other processes and threads do, and doing things at the same moment."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def until(condition: Callable[[], T], *, seconds: float = 20.0, what: str = "what was waited for") -> T:
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
