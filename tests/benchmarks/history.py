"""How long pages take as the history grows: milliseconds of each page and filter at each of `--sizes` recordings.

Each page is requested in this process by Django's test client, as an auditor who sees everything: the median of
`--rounds`, after one round that is not counted. The last column is the largest size's time as a multiple of the
first's. Django admin's own list of the same table is measured beside it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared

if TYPE_CHECKING:
    from django.test import Client

    from recordings.models import Recording
    from recordings.web.paging import Page

LIST = "/recordings/"
ADMIN = "/admin/recordings/recording/"
FAR = 1000
"""The page that is requested far down, by keyset; the last one where there are fewer."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=9)
    chosen = options.parse_args()
    with prepared(response_delay=0, settings="tests.benchmarks.history_settings"):
        from django.db import connection

        from tests.benchmarks.long_history import extend_to, write_base

        write_base()
        measured: dict[str, list[float]] = {}
        counts = []
        for size in chosen.sizes:
            began = time.perf_counter()
            extend_to(size)
            counts.append(_count())
            print(f"{counts[-1]:,} recordings made in {time.perf_counter() - began:.0f} s", flush=True)
            client, admin = _signed_in("auditor"), _signed_in("root")
            for name, url in _pages().items():
                by = admin if url.startswith(ADMIN) else client
                measured.setdefault(name, []).append(_median_ms(by, url, chosen.rounds))
        print(f"\nMilliseconds on {connection.vendor}, the median of {chosen.rounds}")
        print(f"{'':<34}" + "".join(f"{count:>12,}" for count in counts) + f"{'ratio':>9}")
        for name, figures in measured.items():
            shown = "".join(f"{figure:>12.1f}" for figure in figures)
            print(f"{name:<34}{shown}{figures[-1] / figures[0]:>9.2f}")
    return 0


def _count() -> int:
    from recordings.models import Recording

    return Recording.objects.count()


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


def _median_ms(client: "Client", url: str, rounds: int) -> float:
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        answer = client.get(url)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("location"))
    return statistics.median(times[1:])


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
