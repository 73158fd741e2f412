"""Clocks that are set back or ahead: the worker goes on, a heartbeat from the future is no life, leases agree."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from recordings.calls import call
from recordings.clock import database_now
from recordings.heartbeat import beat, has_live_worker, is_alive
from recordings.lifecycle.device_status import projects_to_refresh
from recordings.lifecycle.start import build_recording
from recordings.models import ApiCall, Device, Heartbeat, Project, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from recordings.trro.outcome import Outcome
from recordings.trro.requests import DescribeDeviceList
from recordings.worker.cycle import give_up_lost_calls
from recordings.worker.process import Loop
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

BACK = [timedelta(hours=-1), timedelta(hours=-8)]
STEPS = [*BACK, timedelta(minutes=1)]


class MachineClock:
    """This machine's time of day, which can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error = timedelta(0)
        real = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: real() + self.error)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MachineClock:
    return MachineClock(monkeypatch)


@pytest.mark.parametrize("step", STEPS)
def test_a_clock_that_is_set_stops_no_step_of_the_loop(step: timedelta) -> None:
    done: list[datetime] = []
    tick = [0.0]
    at_once, seldom = [0], [0]

    def quick(now: datetime) -> None:
        at_once[0] += 1
        done.append(now)

    def slow(now: datetime) -> None:
        seldom[0] += 1

    loop = Loop((timedelta(0), quick), (timedelta(seconds=5), slow), ticks=lambda: tick[0])
    now = timezone.now()
    for second in range(10):
        tick[0] = float(second)
        loop.turn(now + timedelta(seconds=second) + (step if second >= 3 else timedelta(0)))
    assert (at_once, seldom) == ([10], [2])
    assert done[-1] == now + timedelta(seconds=9) + step


@pytest.mark.django_db
@pytest.mark.parametrize("step", BACK)
def test_a_heartbeat_from_the_future_is_no_life(step: timedelta) -> None:
    beat(timezone.now())
    now = timezone.now() + step
    assert not has_live_worker(now)
    assert not is_alive(Heartbeat.objects.get().seen_at, now)


@pytest.mark.django_db
def test_clocks_that_differ_a_little_are_no_death() -> None:
    beat(timezone.now())
    for seconds in (-20, 0, 20):
        assert has_live_worker(timezone.now() + timedelta(seconds=seconds))


@pytest.mark.django_db
def test_the_status_page_says_that_no_worker_lives_when_its_heartbeat_is_of_tomorrow(admin: User) -> None:
    beat(database_now() + timedelta(hours=8))
    page: Client = signed_in(admin)
    assert page.get("/status/").context["has_live_worker"] is False


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS)
def test_time_comes_from_postgresql_and_not_from_this_machine(clock: MachineClock, step: timedelta) -> None:
    before = timezone.now()
    clock.error = step
    difference = abs(database_now() - before)
    if connection.vendor == "postgresql":
        assert difference < timedelta(seconds=20)
    else:
        assert difference > timedelta(seconds=50), "SQLite has this machine's clock"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite all processes share this machine's clock")
@pytest.mark.parametrize(("web", "worker"), [(0, 60), (-60, 0), (-3600, 0), (0, 3600)])
def test_a_call_under_way_is_not_given_up_by_a_worker_whose_clock_differs(
    sandbox: Sandbox, project: Project, clock: MachineClock, web: int, worker: int
) -> None:
    given_up: list[int] = []

    def conclude(row: ApiCall, outcome: Outcome) -> None:
        """While its answer is not stored yet, another machine's worker takes its turn."""
        clock.error = timedelta(seconds=worker)
        loop = Loop((timedelta(0), lambda now: given_up.append(give_up_lost_calls(now))))
        loop.turn_now()

    clock.error = timedelta(seconds=web)
    request = DescribeDeviceList(project_id=project.project_id, page_size=1, page_number=1)
    call(account=project.account, request=request, before_call=lambda: None, after_call=conclude)
    assert given_up == [0]
    assert ApiCall.objects.get().outcome == ApiCall.Outcome.OPEN


@pytest.mark.django_db
def test_devices_that_were_refreshed_in_the_future_are_refreshed_now(
    device: Device, storage: StorageCredential, operator: User
) -> None:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state, recording.task_id = Recording.State.ACCEPTED, "-t"
    recording.save()
    Project.objects.update(devices_refreshed_at=timezone.now() + timedelta(hours=8))
    assert projects_to_refresh(timezone.now()).exists()
