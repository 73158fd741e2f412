"""A batch of 1,000 starts through the whole worker: with 1, 2 and 4 worker processes, at 20 calls a second and at 500.

Each row is a run of its own, on a new database, with the sandbox on the same machine. "Slots used" is how many of the
slots that were handed out between the first call and the last one left with a call; "in a second" the most calls in any
sliding second, by the sandbox's clock. With `--load` so many processes keep the processors busy meanwhile. At the end
stands the same through Tencent Cloud's client in a loop, as a script would do it, while 5 % of the calls fail.
With `--strict` the exit status is 1 when a limit is passed.
"""

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import ROOT, prepared

QUOTA, HIGH_QUOTA = 20, 500
USED, RATE, HIGH_RATE = 0.97, 18.5, 300.0
FAULTS = 0.05


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--starts", type=int, default=200)
    options.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    options.add_argument("--quota", type=int, nargs="+", default=[QUOTA, HIGH_QUOTA])
    options.add_argument("--load", type=int, default=0)
    options.add_argument("--strict", action="store_true")
    options.add_argument("--one", choices=["batch", "loop"], help="one run of the first of each; prints JSON")
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(_one(chosen)))
        return 0
    print(f"\nA batch of {chosen.starts:,} starts, with a load of {chosen.load}")
    names = ("limit", "workers", "accepted", "seconds", "a second", "slots used", "in a second", "refused", "cpu s")
    print("".join(f"{name:>12}" for name in names))
    is_over = False
    for quota in chosen.quota:
        for workers in chosen.workers:
            row = _in_a_process(chosen, "batch", quota, workers)
            is_over |= _is_over(row)
            print(
                f"{quota:>12}{workers:>12}{row['accepted']:>12,}{row['seconds']:>12.1f}{row['rate']:>12.1f}"
                f"{row['used']:>12.1%}{row['most']:>12}{row['refused']:>12}{row['cpu']:>12.1f}",
                flush=True,
            )
    loop = _in_a_process(chosen, "loop", QUOTA, 1)
    print(
        f"A loop over Tencent Cloud's client, {FAULTS:.0%} of the calls fail: {loop['seconds']:.1f} s, "
        f"{loop['doubled']} started twice, {loop['lost']} running and forgotten"
    )
    return int(chosen.strict and is_over)


def _is_over(row: dict[str, Any]) -> bool:
    if row["most"] > row["quota"] or row["accepted"] != row["starts"]:
        return True
    if row["quota"] == QUOTA:
        return bool(row["used"] < USED or row["rate"] < RATE or row["cpu"] > row["seconds"])
    return bool(row["workers"] > 1 and row["rate"] < HIGH_RATE)


def _in_a_process(chosen: argparse.Namespace, kind: str, quota: int, workers: int) -> dict[str, Any]:
    command = [
        sys.executable, __file__, "--one", kind, "--starts", str(chosen.starts), "--quota", str(quota), "--workers",
        str(workers), "--load", str(chosen.load),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _one(chosen: argparse.Namespace) -> dict[str, Any]:
    quota = chosen.quota[0]
    with prepared(response_delay=0.03 if quota == QUOTA else 0.0, calls_per_second=quota) as var_dir:
        from tests.benchmarks.batch_run import run_batch, run_loop

        if chosen.one == "loop":
            return run_loop(starts=chosen.starts, faults=FAULTS)
        with ExitStack() as stack:
            for _ in range(chosen.load):
                busy = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
                stack.callback(busy.kill)
            return run_batch(var_dir, starts=chosen.starts, quota=quota, workers=chosen.workers[0])


if __name__ == "__main__":
    sys.exit(main())
