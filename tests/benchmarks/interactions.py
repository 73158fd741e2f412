"""How soon the history answers a user: interaction to next paint in Chromium, with 100 rows on the page.

Each of `--rounds` opens a row beside the list, goes from row to row with j and k, ticks a column, types in the search
and presses a quick filter. A figure is the longest duration that the browser's PerformanceObserver reports for the
events of one interaction (from the input to the paint that follows, in steps of 8 ms); `swap` is the longest task of
the page's own thread while the response was put into the page. Median and worst of the rounds.
"""

import argparse
import os
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.ground import prepared

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROWS = 100
OBSERVE = """
  window.seen = []; window.tasks = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (each.interactionId) seen.push([each.name, each.duration]);
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => { for (const each of list.getEntries()) tasks.push(each.duration); })
    .observe({ type: "longtask" });
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--slowdown", type=float, default=1, help="divides the browser's processor speed")
    chosen = options.parse_args()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with prepared(response_delay=0):
        address, cookie = _serve()
        figures = _measure(address, cookie, chosen.rounds, chosen.slowdown)
    print(f"{'milliseconds to the next paint':<34}{'median':>8}{'worst':>8}{'swap':>8}")
    for name, measured in figures.items():
        paints, tasks = [paint for paint, _ in measured], [task for _, task in measured]
        print(f"{name:<34}{statistics.median(paints):>8.0f}{max(paints):>8.0f}{max(tasks):>8.0f}")
    return 0


def _serve() -> tuple[str, str]:
    """The address of a server with 100 recordings on the history's first page, and an operator's session."""
    from django.test import Client
    from django.test.testcases import LiveServerThread, _StaticFilesHandler  # type: ignore[attr-defined]

    from recordings.models import Device, StorageCredential, User
    from recordings.web import paging
    from tests.benchmarks.long_history import write_base

    paging.PAGE_LENGTH = ROWS
    write_base()
    assert Device.objects.exists()
    assert StorageCredential.objects.exists()
    client = Client()
    client.force_login(User.objects.get(username="operator"))
    server = LiveServerThread("127.0.0.1", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    return f"http://127.0.0.1:{server.port}", client.cookies["sessionid"].value


def _measure(address: str, cookie: str, rounds: int, slowdown: float) -> dict[str, list[tuple[float, float]]]:
    from playwright.sync_api import sync_playwright

    found: dict[str, list[tuple[float, float]]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
        for number in range(rounds + 1):
            page = context.new_page()
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
            page.add_init_script(OBSERVE)
            page.goto(f"{address}/recordings/", wait_until="networkidle")
            page.locator("#recordings tbody tr").nth(ROWS - 1).wait_for()
            shown = page.locator("#recordings tbody tr").count()
            assert shown == ROWS, f"{shown} rows"
            for name, act in _interactions(page).items():
                page.evaluate("seen.length = tasks.length = 0")
                act()
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(400)
                paint = page.evaluate("Math.max(0, ...seen.map(([, duration]) => duration))")
                task = page.evaluate("Math.max(0, ...tasks)")
                if number:  # the first round warms the server
                    found.setdefault(name, []).append((paint, task))
            page.close()
        browser.close()
    return found


def _interactions(page: "Page") -> dict[str, Callable[[], object]]:
    rows = page.locator("#recordings tbody tr")
    columns = page.locator("details[data-menu]:has(#columns-menu)")

    def walk(key: str) -> None:
        for _ in range(20):
            page.keyboard.press(key)
            page.wait_for_timeout(60)

    def tick() -> None:
        columns.locator("summary").click()
        columns.locator("input[type=checkbox]").first.click()
        page.keyboard.press("Escape")

    return {
        "open a row beside the list": lambda: rows.nth(4).locator("td").nth(3).click(),
        "j, twenty rows": lambda: walk("j"),
        "k, twenty rows": lambda: walk("k"),
        "Escape closes it": lambda: page.keyboard.press("Escape"),
        "tick a column": tick,
        "type in the search": lambda: page.locator("#id_q").press_sequentially("truck_0", delay=60),
        "press a quick filter": lambda: page.locator("#quick a").nth(1).click(),
        "clear the filters": lambda: page.locator("#quick a").last.click(),
    }


if __name__ == "__main__":
    sys.exit(main())
