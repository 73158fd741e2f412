"""The worker's threads for batches: what they send, and that they go on after a lane has ended."""

from collections.abc import Iterator

import pytest

from recordings.clock import database_now
from recordings.lifecycle.batches.create import create_batch, stop_all_of_batch
from recordings.models import Batch, Project, StorageCredential, User
from recordings.sandbox import EntryKind, Sandbox
from recordings.worker import batch_lane
from recordings.worker.batches import Runner
from recordings.worker.cycle import do_quick_work
from tests.batches.requests import batch_request
from tests.factories import make_device
from tests.proofs.truth import contradictions
from tests.proofs.waits import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """A runner at work, whose lanes end soon when nothing is due."""
    monkeypatch.setattr(batch_lane, "IDLE_SECONDS", 0.1)
    runner = Runner()
    runner.start()
    yield runner
    runner.end()


def finished(batch: Batch) -> bool:
    do_quick_work(database_now())
    batch.refresh_from_db()
    return batch.state == Batch.State.FINISHED


def test_batches_are_sent_by_threads_one_after_the_other_and_then_stopped(
    runner: Runner, sandbox: Sandbox, operator: User, project: Project, storage: StorageCredential
) -> None:
    first = [make_device(project, device_id=f"truck_{number:03}") for number in range(60)]
    second = [make_device(project, device_id=f"truck_{number:03}") for number in range(60, 80)]
    batch = create_batch(actor=operator, request=batch_request(first, storage))
    until(lambda: finished(batch), seconds=60, what="the first batch")
    until(lambda: not runner.lanes_at_work, seconds=60, what="the end of its lane")
    assert not contradictions(sandbox)
    again = create_batch(actor=operator, request=batch_request(second, storage))
    until(lambda: finished(again), seconds=60, what="the second batch")
    stops = stop_all_of_batch(actor=operator, batch=again, name="Stop")
    assert stops is not None
    until(lambda: finished(stops), seconds=60, what="the stops")
    assert len(sandbox.journal(EntryKind.STARTED)) == 80
    assert len(sandbox.live()) == 60
    assert not contradictions(sandbox)


def test_a_runner_that_ends_sends_what_is_open_and_gives_back_the_rest(
    sandbox: Sandbox, operator: User, project: Project, storage: StorageCredential
) -> None:
    devices = [make_device(project, device_id=f"truck_{number:03}") for number in range(60)]
    runner = Runner()
    runner.start()
    batch = create_batch(actor=operator, request=batch_request(devices, storage))
    until(lambda: sandbox.journal(EntryKind.STARTED), seconds=60, what="the first start")
    runner.end()
    assert not batch.items.filter(state="sending").exists()
    assert not batch.items.filter(state="queued", due_at__gt=database_now()).exists()
    assert batch.items.filter(state="accepted").count() == len(sandbox.live())
    assert not contradictions(sandbox)
