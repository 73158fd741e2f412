"""What the dashboard costs as the history grows, with 2,000 devices, and what ten wall displays cost for a minute.

Processor milliseconds of the page and of a refresh at each of `--sizes` recordings, of this process and, on PostgreSQL,
of the connection's server process: medians of `--rounds`, by Django's test client, as an auditor who sees everything.
They are processor times, so that a busy machine does not blur them. Then ten displays ask every three seconds for a
minute, evenly spread, while a recording changes every `--change` seconds: requests, how many got 204, and what they
cost.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared, server_seconds

DEVICES = 2000
DISPLAYS, EVERY, MINUTE = 10, 3, 60
AT_ONCE = 10
HTMX = {"HX-Request": "true"}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--change", type=int, default=10)
    chosen = options.parse_args()
    with prepared(response_delay=0, settings="tests.benchmarks.history_settings"):
        from django.db import connection

        from recordings.models import Recording
        from tests.benchmarks.long_history import extend_to, write_base

        _add_devices()
        write_base()
        measured: dict[str, list[float]] = {}
        counts = []
        for size in chosen.sizes:
            extend_to(size)
            _count_hours()
            counts.append(Recording.objects.count())
            for name, work in _requests().items():
                measured.setdefault(name, []).append(_median_ms(work, chosen.rounds))
        print(f"\nProcessor milliseconds on {connection.vendor}, {DEVICES:,} devices, the median of {chosen.rounds}")
        print(f"{'':<34}" + "".join(f"{count:>12,}" for count in counts) + f"{'ratio':>9}")
        for name, figures in measured.items():
            print(f"{name:<34}" + "".join(f"{each:>12.1f}" for each in figures) + f"{figures[-1] / figures[0]:>9.2f}")
        _measure_displays(chosen.change)
    return 0


def _add_devices() -> None:
    from recordings.models import Device, Project

    project = Project.objects.order_by("pk")[0]
    missing = DEVICES - Device.objects.filter(type=Device.Type.FIELD).count()
    Device.objects.bulk_create(
        Device(project=project, device_id=f"bench_{number:04}", name=f"Truck {number}", status="connected")
        for number in range(missing)
    )


def _count_hours() -> None:
    from django.utils import timezone

    from recordings.lifecycle.hourly_counts import recount
    from recordings.models import HourlyCount

    HourlyCount.objects.all().delete()
    began = time.perf_counter()
    recount(timezone.now())
    first = time.perf_counter()
    recount(timezone.now())
    again = time.perf_counter()
    print(
        f"hourly counts: {(first - began) * 1000:.0f} ms for a month, {(again - first) * 1000:.0f} ms again", flush=True
    )


def _requests() -> dict[str, Callable[[], int]]:
    from recordings.dashboard.shared_version import forget

    client = _client()
    version = _version(client.get("/").content)

    def get(url: str, **headers: str) -> int:
        return int(client.get(url, headers=headers).status_code)

    def refresh() -> int:
        forget()  # as if no other display had asked within the last second
        return get(f"/?version={version}", **HTMX)

    return {
        "dashboard": lambda: get("/"),
        "refresh, something changed": lambda: get("/?version=other", **HTMX),
        "refresh, nothing changed": refresh,
        "wall, 300 tiles": lambda: get("/?wall&fits=300"),
    }


def _version(page: bytes) -> str:
    found = re.search(rb"version=([0-9a-f]{16})", page)
    assert found
    return found[1].decode()


def _client():  # type: ignore[no-untyped-def]
    from django.test import Client

    from recordings.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="auditor"))
    return client


def _median_ms(work: Callable[[], int], rounds: int) -> float:
    times = []
    for _ in range(rounds + 1):
        began, server = time.process_time(), server_seconds()
        for _ in range(AT_ONCE):  # a database server's clock ticks in hundredths of a second
            assert work() in {200, 204}
        spent = time.process_time() - began + server_seconds() - server
        times.append(spent * 1000 / AT_ONCE)
    return statistics.median(times[1:])


def _measure_displays(change: int) -> None:
    from recordings.models import Recording

    clients = [_client() for _ in range(DISPLAYS)]
    versions = [_version(client.get("/?wall&fits=300").content) for client in clients]
    live = Recording.objects.filter(state="recording")[0]
    answers: dict[int, int] = {200: 0, 204: 0}
    size, state = 0, "recording"
    processor, server, began = time.process_time(), server_seconds(), time.monotonic()
    for number in range(DISPLAYS * MINUTE // EVERY):
        second = number * EVERY / DISPLAYS
        time.sleep(max(0.0, began + second - time.monotonic()))
        if state != (wanted := "unknown" if second // change % 2 else "recording"):
            state = wanted
            Recording.objects.filter(pk=live.pk).update(state=state)
        display = number % DISPLAYS
        response = clients[display].get(f"/?wall&fits=300&version={versions[display]}", headers=HTMX)
        answers[response.status_code] += 1
        if response.status_code == 200:
            versions[display] = _version(response.content)
            size += len(response.content)
    total = sum(answers.values())
    print(
        f"{DISPLAYS} wall displays for {MINUTE} s, a change every {change} s: {total} requests, "
        f"{100 * answers[204] / total:.0f} % of them 204, {size / 1e6:.1f} MB before compression, "
        f"{time.process_time() - processor:.1f} s of processor here, {server_seconds() - server:.1f} s in the database"
    )


if __name__ == "__main__":
    raise SystemExit(main())
