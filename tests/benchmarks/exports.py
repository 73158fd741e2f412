"""What an export of a long history takes: seconds, peak memory and bytes, for each format.

Each export is made in a process of its own, as a worker makes it. `--rows` recordings, each with a call and two files.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared

AT_ONCE = 2000


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--one", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        return _make(chosen.one)
    with prepared(response_delay=0):
        from django.db import connection

        _fill(chosen.rows)
        print(f"\n{chosen.rows:,} recordings on {connection.vendor}, each with a call and two files")
        print(f"{'':<16}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'peak MB':>10}{'of it idle':>12}{'file MB':>10}")
        for name in ("history csv", "history xlsx", "history jsonl"):
            found = _in_a_process(name)
            print(
                f"{name:<16}{found['rows']:>10,}{found['seconds']:>10.1f}{found['rows'] / found['seconds']:>10,.0f}"
                f"{found['peak']:>10.0f}{found['idle']:>12.0f}{found['size'] / 1e6:>10.1f}"
            )
    return 0


def _in_a_process(name: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", name]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def _make(name: str) -> int:
    """In a process of its own: one export from its asking to its end, as a line of JSON."""
    import django

    django.setup()
    from django.utils import timezone

    from recordings.exports.build import build_due_export
    from recordings.models import Export, User

    subject, format_ = name.split()
    export = Export.objects.create(
        subject=subject, format=format_, language="en", requested_by=User.objects.get(username="operator"),
        due_at=timezone.now(),
    )  # fmt: skip
    idle, began = _peak(), time.perf_counter()
    build_due_export(export.pk, timezone.now())
    seconds = time.perf_counter() - began
    export.refresh_from_db()
    assert export.state == Export.State.READY, export.error
    print(json.dumps({"rows": export.rows, "size": export.size, "seconds": seconds, "peak": _peak(), "idle": idle}))
    return 0


def _peak() -> float:
    """The most memory this process ever had, in MB. Not by getrusage, whose figure begins with the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _fill(rows: int) -> None:
    from django.utils import timezone

    from recordings.models import ApiCall, Device, Recording, RecordingFile, StorageCredential, User

    device = Device.objects.select_related("project__account")[0]
    storage = StorageCredential.objects.all()[0]
    key = storage.keys.all()[0]
    operator, now = User.objects.get(username="operator"), timezone.now()
    numbers = count()
    recordings = (
        Recording(
            account=device.project.account, project=device.project, device=device, requested_by=operator,
            video_stream_id=0, storage=storage, storage_key=key, vendor=0, region="ap-guangzhou",
            bucket=storage.bucket, output_format=3, max_media_file_duration=60, max_idle_time=30,
            file_name_prefix=["shift", f"r{number:09}"], reference=f"r{number:09}", state="ended",
            upload_state="complete", task_id=f"-{number:0100}", request_id=f"req-{number:032}",
            created_at=now - timedelta(seconds=number), sent_at=now, started_at=now, ended_at=now, last_file_at=now,
        )
        for number in (next(numbers) for _ in range(rows))
    )  # fmt: skip
    for some in _some(recordings):
        made = Recording.objects.bulk_create(some)
        ApiCall.objects.bulk_create(
            ApiCall(
                account=each.account, recording=each, action="CreateCloudRecording", lease_until=now,
                outcome="accepted", task_id=each.task_id, request_id=each.request_id, created_at=now, closed_at=now,
            )
            for each in made
        )  # fmt: skip
        RecordingFile.objects.bulk_create(
            RecordingFile(recording=each, name=name, size=48_000_000, seen_in_bucket_at=now)
            for each in made
            for name in ("1.mp4", "2.mp4")
        )


def _some(rows: Any) -> Any:
    while some := list(islice(rows, AT_ONCE)):
        yield some


if __name__ == "__main__":
    sys.exit(main())
