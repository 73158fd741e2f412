"""What a start costs on top of the bare SDK call: through the door, and as a whole request of the start form.

All of them call the same sandbox, which responds after 30 ms, each start on a stream of its own, connections kept
open alike, the quota out of the way. They take turns in random order, so that noise meets all of them. "With two
commits" is the floor: the bare call between one small commit before it and one after it, which this disk has to take.
With `--strict` the exit status is 1 when a limit is passed.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared

RESPONSE_SECONDS = 0.03
WARM_UP = 10
BARE, FLOOR, DOOR, REQUEST = "bare SDK call", "with two commits", "the door", "the whole request"
LIMITS = {"sqlite": {DOOR: 1.25, REQUEST: 3.0}, "postgresql": {DOOR: 1.45, REQUEST: 3.0}}
"""At most so many times the bare call, on a machine that does nothing else."""
Arm = Callable[[int], Callable[[], object]]
"""Prepares the start with this number; what it gives is timed."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    with prepared(response_delay=RESPONSE_SECONDS) as var_dir, _arms(var_dir) as arms:
        times = _take_turns(arms, chosen.rounds)
        is_over = _print(times)
    return int(chosen.strict and is_over)


def _take_turns(arms: dict[str, Arm], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each start, by arm. The first rounds are not counted."""
    times: dict[str, list[float]] = {name: [] for name in arms}
    numbers = iter(range(10**6))
    dice = random.Random(1)
    for turn in range(-WARM_UP, rounds):
        for name in dice.sample(list(arms), len(arms)):
            start = arms[name](next(numbers))
            began = time.perf_counter()
            start()
            if turn >= 0:
                times[name].append((time.perf_counter() - began) * 1000)
    return times


def _print(times: dict[str, list[float]]) -> bool:
    """Print the table, each median as a multiple of the bare call's; whether a limit is passed."""
    from django.db import connection

    print(f"\nOne start, {len(times[BARE])} times each, on {connection.vendor}; the vendor responds after 30 ms")
    limits = LIMITS[connection.vendor]
    print(f"{'':<20}{'median ms':>12}{'p95 ms':>12}{'x bare':>10}{'at most':>10}")
    bare = statistics.median(times[BARE])
    ratios = {name: statistics.median(values) / bare for name, values in times.items()}
    for name, values in times.items():
        limit = f"{limits[name]:.2f}" if name in limits else ""
        print(f"{name:<20}{statistics.median(values):>12.2f}{_p95(values):>12.2f}{ratios[name]:>10.2f}{limit:>10}")
    return any(ratios[name] > limit for name, limit in limits.items())


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def _arms(var_dir: Path) -> Iterator[dict[str, Arm]]:
    from tests.benchmarks.arms import Door, bare_call, between_commits, whole_request

    door = Door()
    with whole_request(var_dir, door) as request:
        yield {BARE: bare_call(door), FLOOR: between_commits(door), DOOR: door.prepare, REQUEST: request}


if __name__ == "__main__":
    sys.exit(main())
