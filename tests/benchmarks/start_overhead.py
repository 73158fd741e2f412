"""What a start costs on top of the bare SDK call: through the door, and as a whole request of the start form.

All three call the same sandbox, which answers after 30 ms, each start on a stream of its own, connections kept
open alike, the quota out of the way. They take turns in random order, so that noise meets all of them.
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
BARE, DOOR, REQUEST = "bare SDK call", "the door", "the whole request"
LIMITS = {DOOR: 1.4, REQUEST: 3.0}
Arm = Callable[[int], Callable[[], object]]
"""Prepares the start with this number; what it gives is timed."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=300)
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    with prepared(response_delay=RESPONSE_SECONDS) as var_dir, _arms(var_dir) as arms:
        times = _take_turns(arms, chosen.rounds)
        ratios = _tell(times)
    return int(chosen.strict and any(ratios[name] > limit for name, limit in LIMITS.items()))


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


def _tell(times: dict[str, list[float]]) -> dict[str, float]:
    """Print the table; each median as a multiple of the bare call's."""
    from django.db import connection

    print(f"\nOne start, {len(times[BARE])} times each, on {connection.vendor}; the vendor answers after 30 ms")
    print(f"{'':<20}{'median ms':>12}{'p95 ms':>12}{'x bare':>10}{'at most':>10}")
    bare = statistics.median(times[BARE])
    ratios = {name: statistics.median(values) / bare for name, values in times.items()}
    for name, values in times.items():
        limit = f"{LIMITS[name]:.1f}" if name in LIMITS else ""
        print(f"{name:<20}{statistics.median(values):>12.2f}{_p95(values):>12.2f}{ratios[name]:>10.2f}{limit:>10}")
    return ratios


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def _arms(var_dir: Path) -> Iterator[dict[str, Arm]]:
    from tests.benchmarks.arms import Door, bare_call, whole_request

    door = Door()
    with whole_request(var_dir, door) as request:
        yield {BARE: bare_call(door), DOOR: door.prepare, REQUEST: request}


if __name__ == "__main__":
    sys.exit(main())
