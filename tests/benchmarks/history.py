"""How long pages take as the history grows: each page and filter at each of `--sizes` recordings.

Each size has a database and a process of its own, and they take turns: each page is requested at every size before the
next one, in the order of sizes and back, so that what else the machine does slows all sizes alike. Requests are made by
Django's test client, as an auditor who sees everything: medians of `--rounds`, after one round that is not counted.
Shown are milliseconds by the clock and by the processor (of the process, and on PostgreSQL of the connection's server
process), and the largest size's as a multiple of the first's. Django admin's own list of the same table is measured
beside it. SQLite is measured as it is deployed, without statistics; `--analyse` makes them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared, server_seconds

if TYPE_CHECKING:
    from django.test import Client

    from recordings.models import Recording
    from recordings.web.paging import Page

LIST = "/recordings/"
ADMIN = "/admin/recordings/recording/"
FAR = 1000
"""The page that is requested far down, by keyset; the last one where there are fewer."""
Times = tuple[float, float]
"""Milliseconds by the clock and by the processor."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--analyse", action="store_true")
    options.add_argument("--serve", type=int, help="make this many recordings, then request the pages that are read")
    chosen = options.parse_args()
    if chosen.serve:
        _serve(chosen.serve, analyse=chosen.analyse)
        return 0
    with ExitStack() as stack:
        measurers = [stack.enter_context(_measurer(size, analyse=chosen.analyse)) for size in chosen.sizes]
        measured: dict[str, list[list[Times]]] = {}
        for number in range(chosen.rounds + 1):
            for name in measurers[0].pages:
                turns = measurers if number % 2 else measurers[::-1]
                times = {each.count: each.measure(name) for each in turns}
                if number:
                    measured.setdefault(name, []).append([times[each.count] for each in measurers])
        _print(measurers, measured, chosen.rounds)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measurer:
    """A process with a database of `count` recordings."""

    process: "subprocess.Popen[str]"
    vendor: str
    count: int
    pages: Sequence[str]

    def measure(self, page: str) -> Times:
        assert self.process.stdin is not None
        print(page, file=self.process.stdin, flush=True)
        clock, processor = _read(self.process)
        return clock, processor


@contextmanager
def _measurer(size: int, *, analyse: bool) -> Iterator[_Measurer]:
    command = [sys.executable, __file__, "--serve", str(size), *(["--analyse"] if analyse else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        made = _read(process)
        print(f"{made['count']:,} recordings made in {made.pop('seconds'):.0f} s", flush=True)
        yield _Measurer(process=process, **made)
        process.stdin.close()


def _read(process: "subprocess.Popen[str]") -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def _serve(size: int, *, analyse: bool) -> None:
    """Make the recordings, say so in a line of JSON, and answer each page's name with its times."""
    with prepared(response_delay=0, settings="tests.benchmarks.history_settings"):
        from django.db import connection

        from recordings.models import Recording
        from tests.benchmarks.long_history import extend_to, write_base

        began = time.perf_counter()
        write_base()
        extend_to(size, analyse=analyse or connection.vendor == "postgresql")
        client, admin, pages = _signed_in("auditor"), _signed_in("root"), _pages()
        made = {"vendor": connection.vendor, "count": Recording.objects.count(), "pages": list(pages)}
        print(json.dumps(made | {"seconds": time.perf_counter() - began}), flush=True)
        for line in sys.stdin:
            url = pages[line.strip()]
            print(json.dumps(_times(admin if url.startswith(ADMIN) else client, url)), flush=True)


def _times(client: "Client", url: str) -> Times:
    began, spent, server = time.perf_counter(), time.process_time(), server_seconds()
    answer = client.get(url)
    clock, processor = time.perf_counter() - began, time.process_time() - spent + server_seconds() - server
    assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("location"))
    return clock * 1000, processor * 1000


def _print(measurers: Sequence[_Measurer], measured: Mapping[str, list[list[Times]]], rounds: int) -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(
        f"\nMilliseconds on {measurers[0].vendor}, medians of {rounds}, by the clock and by the processor; load {load}"
    )
    print(f"{'':<34}" + "".join(f"{each.count:>20,}" for each in measurers) + f"{'ratio':>18}")
    for name, by_round in measured.items():
        medians = [
            [statistics.median(times[place][kind] for times in by_round) for kind in (0, 1)]
            for place in range(len(measurers))
        ]
        shown = "".join(f"{clock:>11.1f}{processor:>9.1f}" for clock, processor in medians)
        ratios = [last / first for first, last in zip(medians[0], medians[-1], strict=True)]
        print(f"{name:<34}{shown}" + "".join(f"{each:>9.2f}" for each in ratios))


def _signed_in(username: str) -> "Client":
    from django.test import Client

    from recordings.models import User

    user, _ = User.objects.get_or_create(username=username)
    if username == "root":
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
        user.refresh_from_db()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def _pages() -> Mapping[str, str]:
    from recordings.models import Project, Recording, User

    middle = Recording.objects.filter(state="ended").order_by("-created_at", "-id")[Recording.objects.count() // 2]
    project, person = Project.objects.order_by("pk")[0], User.objects.get(username="shift_03")
    day = middle.created_at.date().isoformat()
    filters: dict[str, dict[str, object]] = {
        "history": {},
        "history, project": {"project": project.pk},
        "history, device": {"device": middle.device_id},
        "history, live": {"state": "live"},
        "history, last 24 hours": {"within": "24h"},
        "history, ended": {"state": "ended"},
        "history, unknown (none)": {"state": "unknown"},
        "history, refused": {"state": "refused"},
        "history, files missing": {"upload_state": "incomplete"},
        "history, error code": {"error_code": "OperationDenied.LicensesNotEnoughError"},
        "history, error code (none)": {"error_code": "InternalError"},
        "history, requested by": {"requested_by": person.pk},
        "history, one day": {"since": day, "until": day},
        "history, project, person, refused": {"project": project.pk, "requested_by": person.pk, "state": "refused"},
        "search, TaskId": {"q": middle.task_id},
        "search, RequestId": {"q": middle.request_id},
        "search, reference": {"q": middle.reference},
        "search, device's id": {"q": middle.device.device_id},
        "search, nothing found": {"q": "nothing-has-this-id"},
        f"history, page {FAR}": {"after": (far := _page_far_down()).next_cursor},
        f"history, page {FAR}, back": {"after": far.previous_cursor},
        "history, one beside it": {"open": middle.pk},
    }
    pages = {name: f"{LIST}?{urlencode(values)}" for name, values in filters.items()}
    return pages | {
        "dashboard": "/",
        "one recording": middle.get_absolute_url(),
        "needs attention": "/attention/",
        "unclaimed tasks": "/unclaimed/",
        "status": "/status/",
        "devices": "/fleet/devices/",
        "one device": middle.device.get_absolute_url(),
        "trail": "/audit/",
        "Django admin, list": ADMIN,
        "Django admin, search by TaskId": f"{ADMIN}?{urlencode({'q': middle.task_id})}",
        "Django admin, page 200": f"{ADMIN}?p=199",
    }


def _page_far_down() -> "Page[Recording]":
    from recordings.models import Recording
    from recordings.web.paging import PAGE_LENGTH, newest_page_of

    rows = Recording.objects.order_by("-created_at", "-id")
    down = min(FAR * PAGE_LENGTH, rows.count() - 3 * PAGE_LENGTH)
    newest = rows.values_list("created_at", flat=True)[down]
    page = newest_page_of(rows.filter(created_at__lte=newest), by="created_at", cursor="")
    return newest_page_of(rows, by="created_at", cursor=page.next_cursor)


if __name__ == "__main__":
    raise SystemExit(main())
