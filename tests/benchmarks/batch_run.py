"""One run of `batch.py`. Needs Django set up, on an empty database with the sample fleet."""

import json
import os
import random
import subprocess
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from django.db import connection
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from recordings.lifecycle.batches.create import BatchRequest, StartSettings, Target, create_batch
from recordings.lifecycle.reference import random_reference
from recordings.models import Batch, CloudAccount, Heartbeat
from recordings.quota import MARGIN
from tests.benchmarks.arms import Door, bare_call
from tests.benchmarks.ground import ROOT

FAULTS = ("reset_before", "reset_after", "500_before", "500_after", "html", "cut", "internal_error")
"""Without those that only take time."""
Entry = dict[str, Any]


def run_batch(var_dir: Path, *, starts: int, quota: int, workers: int) -> Entry:
    """A batch through so many workers; what became of it."""
    CloudAccount.objects.update(calls_per_second=quota)
    door = Door()
    request = BatchRequest(
        name="Benchmark",
        targets=_targets(door, starts),
        settings=StartSettings(storage=door.storage, output_format=3, max_media_file_duration=60, max_idle_time=30),
        reference=random_reference(),
    )
    with _workers(workers) as processes:
        before, web_before = sum(map(_cpu_seconds, processes)), time.process_time()
        batch = create_batch(actor=door.operator, request=request)
        web = time.process_time() - web_before
        while not Batch.objects.filter(pk=batch.pk, state=Batch.State.FINISHED).exists():
            time.sleep(0.25)
        cpu = sum(map(_cpu_seconds, processes)) - before + web
    journal = _journal(var_dir)
    arrivals = sorted(entry["time"] for entry in journal if entry["kind"] == "called" and _is_start(entry))
    span = arrivals[-1] - arrivals[0]
    return {
        "database": connection.vendor,
        "starts": starts,
        "quota": quota,
        "workers": workers,
        "accepted": batch.items.filter(state="accepted").count(),
        "seconds": span,
        "rate": (len(arrivals) - 1) / span,
        "used": (len(arrivals) - 1) / (span * quota * MARGIN),
        "most": max(bisect_left(arrivals, moment + 1.0) - place for place, moment in enumerate(arrivals)),
        "refused": sum(entry["kind"] == "refused" for entry in journal),
        "cpu": cpu,
    }


def run_loop(*, starts: int, faults: float) -> Entry:
    """The same as a script would do it: one call after the other, and again when it fails, 20 a second at most."""
    door = Door()
    url = door.devices[0].project.account.endpoint
    dice = {"probability": faults, "seed": 7, "faults": list(FAULTS), "action": "CreateCloudRecording"}
    body = json.dumps(dice).encode()
    urlopen(Request(f"{url}/_sandbox/random-faults", data=body, method="POST"))
    prepare = bare_call(door)
    known: set[str] = set()
    began = time.monotonic()
    for number in range(starts):
        call = prepare(number)
        for _ in range(3):
            time.sleep(max(0.0, began + len(known) / 20 - time.monotonic()))
            try:
                known.add(str(call()))
                break
            except TencentCloudSDKException:
                continue
    seconds = time.monotonic() - began
    live = json.load(urlopen(f"{url}/_sandbox/tasks"))["live"]
    streams = Counter((task["device_id"], task["stream"]) for task in live)
    return {
        "seconds": seconds,
        "doubled": sum(number > 1 for number in streams.values()),
        "lost": sum(task["task_id"] not in known for task in live),
    }


def _targets(door: Door, starts: int) -> Sequence[Target]:
    """Streams in random order, as many devices as there are."""
    number = len(door.devices)
    targets = [Target(device=door.devices[place % number], video_stream_id=place // number) for place in range(starts)]
    random.Random(1).shuffle(targets)
    return targets


@contextmanager
def _workers(number: int) -> Iterator[Sequence["subprocess.Popen[bytes]"]]:
    """So many workers, all of them at work."""
    command = [sys.executable, "manage.py", "worker"]
    processes = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(number)]
    try:
        while Heartbeat.objects.count() < number:
            time.sleep(0.1)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _cpu_seconds(process: "subprocess.Popen[bytes]") -> float:
    """What a process has used of the processors so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def _journal(var_dir: Path) -> list[Entry]:
    return [json.loads(line) for line in (var_dir / "journal.jsonl").read_text().splitlines()]


def _is_start(entry: Entry) -> bool:
    return bool(entry["action"] == "CreateCloudRecording")
