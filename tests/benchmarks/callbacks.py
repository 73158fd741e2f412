"""How many callbacks a second are taken in, while the worker interprets them: gunicorn on two cores.

Callbacks come by the clock whether or not earlier ones were answered, each on a connection of its own, and a delay
counts from when it should have left. So a server that falls behind shows it.
With `--strict` the exit status is 1 when a limit is passed at 200 a second.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared

CORES = 2
RATE = 200
HIGHER = (250, 300, 350, 400, 500, 600, 800, 1000, 1300)
P99_MS, SLOWEST_MS = 250.0, 2500.0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60, help="at 200 a second")
    options.add_argument("--step", type=int, default=15, help="seconds at each higher rate")
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    with prepared(response_delay=0) as var_dir:
        from tests.benchmarks.flood import flooded

        with flooded(var_dir) as flood:
            _head()
            minute = flood.run(rate=RATE, seconds=chosen.seconds)
            _tell(minute)
            is_held = minute.p99 < P99_MS and minute.slowest < SLOWEST_MS and not minute.refused and not minute.lost
            highest = _highest(flood, chosen.step) if is_held else 0
        print(
            f"The highest rate tried that holds p99 < {P99_MS:.0f} ms: {highest} a second" if highest else "Not held."
        )
    return int(chosen.strict and not is_held)


def _highest(flood: "Flood", seconds: int) -> int:  # noqa: F821
    highest = RATE
    for rate in HIGHER:
        step = flood.run(rate=rate, seconds=seconds)
        _tell(step)
        if step.p99 >= P99_MS or step.slowest >= SLOWEST_MS or step.refused or step.lost:
            break
        highest = rate
    return highest


def _head() -> None:
    from django.db import connection

    print(f"\nCallbacks on {connection.vendor}, {CORES} cores, gunicorn with 2 x 16 threads, one worker interpreting")
    names = ("a second", "sent", "p50 ms", "p99 ms", "slowest ms", "refused", "lost", "interpreted after s")
    print("".join(f"{name:>{max(11, len(name) + 2)}}" for name in names))


def _tell(row: "Row") -> None:  # noqa: F821
    print(
        f"{row.rate:>11}{row.sent:>11}{row.p50:>11.1f}{row.p99:>11.1f}{row.slowest:>12.1f}{row.refused:>11}"
        f"{row.lost:>11}{row.interpreted_after:>21.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
