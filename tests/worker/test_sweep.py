"""Waking rows: each due moment once for a while, again when no worker came, and never in vain for long."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings import wakeups
from recordings.jobs import RETRY_AFTER, run_job
from recordings.lifecycle.start import build_recording
from recordings.models import CloudAccount, Device, Recording, StorageCredential, User
from recordings.worker.sweep import AGAIN, Sweep
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_queue() -> Iterator[None]:
    for name in wakeups.QUEUES:
        wakeups.queue(name).flush()
    yield
    for name in wakeups.QUEUES:
        wakeups.queue(name).flush()


@pytest.fixture
def to_stop(empty_queue: None, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """A recording whose stop is due; its project's devices were refreshed just now."""
    now = timezone.now()
    device.project.devices_refreshed_at = now
    device.project.save()
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state, recording.task_id = Recording.State.ACCEPTED, "-task"
    recording.stop_wanted_at = recording.stop_due_at = now
    recording.save()
    return recording


def test_due_row_is_woken_once_and_again_when_no_worker_came(to_stop: Recording) -> None:
    tick, now = [0.0], timezone.now()
    sweep = Sweep(ticks=lambda: tick[0])
    woken = []
    for tick[0] in (0.0, 1.0, AGAIN.total_seconds()):
        woken.append(sweep(now))
    assert woken == [1, 0, 1]


def test_row_that_is_due_again_is_woken_at_once(to_stop: Recording) -> None:
    sweep, now = Sweep(), timezone.now()
    sweep(now)
    Recording.objects.update(stop_due_at=now)
    assert sweep(now + timedelta(seconds=1)) == 1


def test_a_process_that_has_forgotten_everything_wakes_what_is_left(to_stop: Recording) -> None:
    now = timezone.now()
    assert [Sweep()(now), Sweep()(now)] == [1, 1]


def test_what_cannot_be_called_makes_room_for_others(to_stop: Recording) -> None:
    CloudAccount.objects.update(secret_key_sealed=b"moved")
    before = timezone.now()
    run_job("stop", to_stop.pk)
    to_stop.refresh_from_db()
    assert to_stop.stop_due_at
    assert to_stop.stop_due_at >= before + RETRY_AFTER
    assert not to_stop.calls.exists()


def test_a_stop_that_was_settled_otherwise_is_not_sent(to_stop: Recording) -> None:
    Recording.objects.update(state=Recording.State.ENDED)
    run_job("stop", to_stop.pk)
    to_stop.refresh_from_db()
    assert to_stop.stop_due_at is None
    assert not to_stop.calls.exists()


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_leaves_with_the_commit_and_not_without(empty_queue: None) -> None:
    with transaction.atomic():
        wakeups.wake("stop", 1)
        transaction.set_rollback(True)
    assert wakeups.waiting() == 0
    with transaction.atomic():
        wakeups.wake("stop", 1)
        assert wakeups.waiting() == 0
    assert wakeups.waiting() == 1


def test_a_queue_that_is_not_there_never_breaks_what_was_committed(settings: Settings) -> None:
    settings.QUEUE_URL = "redis://127.0.0.1:9/0"
    wakeups._opened.cache_clear()
    try:
        wakeups.wake("stop", 1)
    finally:
        wakeups._opened.cache_clear()


@pytest.mark.parametrize("url", ["", "amqp://127.0.0.1", "http://127.0.0.1"])
def test_an_unknown_kind_of_queue_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="QUEUE_URL"):
        wakeups.open_queue(url)
