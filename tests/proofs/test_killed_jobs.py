"""Workers killed in the middle of eight jobs, on every queue there is: after a restart all of them are done."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from recordings import wakeups
from recordings.domain.states import State
from recordings.models import ApiCall, Heartbeat, Recording
from recordings.sandbox import EntryKind, Fault

from .children import serve_queue
from .figures import Figures
from .processes import running
from .site import Site, open_site
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
STOP = "DeleteCloudRecording"
JOBS = 8
SLACK = timedelta(seconds=1)
REDIS = "redis://127.0.0.1:6379/15"


@pytest.fixture(params=["sqlite", "redis", "postgres"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty queue of each kind that can be reached here."""
    match request.param:
        case "sqlite":
            url = f"sqlite:///{tmp_path / 'queue.sqlite3'}"
        case "redis":
            url = REDIS
        case _ if connection.vendor == "postgresql":
            to = connection.get_connection_params()
            url = f"postgres://{to['user']}@{to.get('host', '127.0.0.1')}:{to.get('port', 5432)}/{to['dbname']}"
        case _:
            pytest.skip("the tests' own database is not on PostgreSQL")
    opened = wakeups.open_queue(url)
    try:
        opened.flush()
    except Exception:
        pytest.skip(f"no {request.param} is reachable")
    yield url
    opened.flush()
    opened.storage.close()


def _stops_due(site: Site, number: int = JOBS) -> list[Recording]:
    recordings = [site.ask(place).start()[0] for place in range(number)]
    Recording.objects.update(stop_wanted_at=timezone.now(), stop_due_at=timezone.now())
    return recordings


def test_eight_jobs_killed_midway_are_all_done_after_a_restart(site: Site, queue_url: str, figures: Figures) -> None:
    _stops_due(site)
    site.sandbox.add_fault(Fault.HANG_BEFORE, action=STOP, times=JOBS)
    with running(serve_queue, queue_url, SLACK) as worker:
        until(lambda: len(site.sandbox.journal(EntryKind.FAULT)) == JOBS, what="eight calls being out")
        worker.kill()
        worker.join()
    assert ApiCall.objects.filter(action=STOP, outcome=ApiCall.Outcome.OPEN).count() == JOBS
    with running(serve_queue, queue_url, SLACK):
        began = time.monotonic()
        until(lambda: _stopped() == JOBS, seconds=40, what="eight stops after the restart")
        took = time.monotonic() - began
    assert len(site.sandbox.journal(EntryKind.STOPPED)) == JOBS
    assert not site.sandbox.live()
    figures.add("all done after", took, "seconds from the restart; three are leases, two a pause")


def test_messages_that_are_lost_are_made_up_for(site: Site, queue_url: str) -> None:
    _stops_due(site)
    with running(serve_queue, queue_url, SLACK):
        until(lambda: _stopped() == JOBS, what="stops without a message in the queue")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_after_sigterm_it_finishes_what_is_out_and_begins_nothing_new(
    transactional_db: None, queue_url: str, number: signal.Signals
) -> None:
    with open_site(response_delay=0.8) as site:
        _stops_due(site)
        with running(serve_queue, queue_url, SLACK) as worker:
            until(lambda: len(site.sandbox.journal(EntryKind.STOPPED)) == JOBS, what="eight calls being out")
            assert worker.pid
            os.kill(worker.pid, number)
            worker.join(20)
            assert worker.exitcode == 0
        assert _stopped() == JOBS, "every answer was stored"
        assert not Heartbeat.objects.exists(), "it said that it ends"


def test_what_is_in_the_queue_runs_only_if_it_is_signed(site: Site, queue_url: str, tmp_path: Path) -> None:
    forged = wakeups.open_queue(queue_url)
    touched = tmp_path / "touched"
    forged.storage.enqueue(b"cos\nsystem\n(S'touch " + str(touched).encode() + b"'\ntR.")
    _stops_due(site, 1)
    with running(serve_queue, queue_url, SLACK):
        until(lambda: _stopped() == 1, what="the stop behind the forged message")
    assert not touched.exists()


def _stopped() -> int:
    return Recording.objects.filter(state=State.STOPPING).count()
