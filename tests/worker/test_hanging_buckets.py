"""A bucket that takes every connection and answers none holds up no stop."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings import wakeups
from recordings.models import Project, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from recordings.worker.process import run
from tests.callbacks.signed_posts import make_recording
from tests.factories import make_device

pytestmark = pytest.mark.django_db(transaction=True)
LIVE = 200


@pytest.fixture
def hanging_bucket(settings: Settings) -> Iterator[list[socket.socket]]:
    """The connections that were taken; nothing is ever said on them."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=500) as server:

        def accept() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        settings.SANDBOX_STORAGE = f"http://127.0.0.1:{server.getsockname()[1]}"
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield taken
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    for each in taken:
        each.close()


def test_a_stop_leaves_at_once_while_a_bucket_hangs(
    hanging_bucket: list[socket.socket], sandbox: Sandbox, project: Project, operator: User, storage: StorageCredential
) -> None:
    recordings = [
        make_recording(operator, make_device(project), storage, task_id=f"task-{number}") for number in range(LIVE)
    ]
    Recording.objects.update(next_scan_at=timezone.now())
    ending = threading.Event()
    worker = threading.Thread(target=run, args=(ending,), kwargs={"every": 0.1, "threads": 2, "scan_threads": 4})
    worker.start()
    try:
        _until(lambda: len(hanging_bucket) >= 4)
        now = timezone.now()
        Recording.objects.filter(pk=recordings[-1].pk).update(stop_wanted_at=now, stop_due_at=now)
        began = time.monotonic()
        _until(lambda: recordings[-1].calls.filter(action="DeleteCloudRecording").exists())
        assert time.monotonic() - began < 3
        _until(lambda: not Recording.objects.filter(next_scan_at__lte=now).exists(), seconds=15)
        assert len(hanging_bucket) < 20, "what does not answer is not asked for each recording"
    finally:
        ending.set()
        worker.join(60)
        for name in wakeups.QUEUES:
            wakeups.queue(name).flush()
    assert not worker.is_alive()


def test_looks_and_calls_wait_in_queues_of_their_own() -> None:
    for name in wakeups.QUEUES:
        wakeups.queue(name).flush()
    wakeups.send("scan", 1)
    wakeups.send("scan", 2)
    wakeups.send("stop", 1)
    assert [wakeups.queue(name).pending_count() for name in wakeups.QUEUES] == [1, 2]
    assert wakeups.waiting() == 3
    for name in wakeups.QUEUES:
        wakeups.queue(name).flush()


def test_two_queues_in_one_file_are_two(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/queue.sqlite3"
    calls, scan_count = (wakeups.open_queue(url, name) for name in wakeups.QUEUES)
    scan_count.storage.enqueue(b"scan")
    assert (calls.pending_count(), scan_count.pending_count()) == (0, 1)


def _until(is_so: Callable[[], bool], *, seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.05)
