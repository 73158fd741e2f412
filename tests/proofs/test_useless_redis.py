"""Redis gone, or full, under a running server and worker: what still works, and how much is written about it."""

import time
from pathlib import Path

import pytest
from django.utils import timezone

from recordings.models import Heartbeat, Recording
from tests.redis_server import running_redis

from .browser import Browser
from .figures import Figures
from .servers import environment, running_command, web_server
from .site import Site
from .sizes import size
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
SECONDS = size(small=6.0, full=60.0)
MAX_LINES = size(small=6, full=12)
"""Of the worker, about its queue and its cache: a few kinds, once a minute each."""


@pytest.mark.parametrize("trouble", ["gone", "full"])
def test_a_useless_redis_is_logged_in_a_few_lines_and_stops_no_one(
    site: Site, own_var: Path, figures: Figures, trouble: str
) -> None:
    with running_redis(own_var) as redis:
        environ = environment(own_var, QUEUE_URL=redis.url, CACHE_URL=redis.url)
        with (
            web_server(var_dir=own_var, environ=environ) as server,
            running_command("worker", var_dir=own_var, environ=environ) as worker_log,
        ):
            browser = Browser(server.port, site.operator)
            until(Heartbeat.objects.exists, what="the worker")
            assert browser.get("/readyz").status == 200
            redis.stop() if trouble == "gone" else redis.fill()
            site.ask(1).start()
            Recording.objects.update(stop_wanted_at=timezone.now(), stop_due_at=timezone.now())
            before = worker_log.stat().st_size, worker_log.read_text().count("\n")
            time.sleep(SECONDS)
            written = worker_log.stat().st_size - before[0], worker_log.read_text().count("\n") - before[1]
            figures.add("lines of the worker's log", written[1], f"in {SECONDS:.0f} s, Redis {trouble}")
            figures.add("bytes of the worker's log", written[0])
            assert written[1] <= MAX_LINES, worker_log.read_text()[before[0] :]
            browser.moves_to(server.port)
            assert browser.get("/recordings/").status == 200
            assert browser.get("/status/").status == 200
            assert browser.get("/fleet/projects/999999/").status == 404
            assert browser.get("/readyz").status == 503
            assert browser.get("/healthz").status == 200
            assert "Traceback" not in server.log
