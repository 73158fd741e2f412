"""Which call meets a fault: by device, by action, by number, by chance."""

from collections import Counter

import pytest

from recordings.sandbox import Fault, FaultPlan, RandomFaults, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.fault_book import FaultBook
from recordings.sandbox.fleet import FLEET, TROUBLES
from tests.sandbox.clients import raw_call, start_parameters

START = "CreateCloudRecording"


def _took(book: FaultBook, times: int, *, action: str = START, device_id: str = "a") -> list[Fault | None]:
    plans = [book.take(action=action, device_id=device_id) for _ in range(times)]
    return [plan.fault if plan else None for plan in plans]


def test_a_fault_meets_as_many_calls_as_planned_and_then_no_more() -> None:
    book = FaultBook([FaultPlan(fault=Fault.HANG, times=2), FaultPlan(fault=Fault.CUT)], None)
    assert _took(book, 4) == [Fault.HANG, Fault.HANG, Fault.CUT, None]


def test_a_fault_without_a_number_meets_every_call() -> None:
    assert _took(FaultBook([FaultPlan(fault=Fault.CUT, times=None)], None), 3) == [Fault.CUT] * 3


def test_a_fault_meets_only_its_device_and_action() -> None:
    book = FaultBook([FaultPlan(fault=Fault.CUT, device_id="a")], None)
    assert _took(book, 1, device_id="b") == [None]
    assert _took(book, 1, action="DeleteCloudRecording") == [None]
    assert _took(book, 1) == [Fault.CUT]


def test_a_fault_without_an_action_meets_any() -> None:
    book = FaultBook([FaultPlan(fault=Fault.CUT, action="")], None)
    assert _took(book, 1, action="DescribeProjectList", device_id="") == [Fault.CUT]


def test_faults_by_chance_come_about_as_often_as_asked_and_from_the_list_only() -> None:
    dice = RandomFaults(probability=0.25, seed=7, faults=(Fault.HANG, Fault.CUT))
    counted = Counter(_took(FaultBook([], dice), 4000))
    assert set(counted) == {None, Fault.HANG, Fault.CUT}
    assert 900 < counted[Fault.HANG] + counted[Fault.CUT] < 1100


def test_the_same_seed_gives_the_same_faults() -> None:
    dice = RandomFaults(probability=0.5, seed=7, faults=tuple(Fault))
    assert _took(FaultBook([], dice), 100) == _took(FaultBook([], dice), 100)


def test_clearing_takes_away_plans_and_dice() -> None:
    dice = RandomFaults(probability=1, seed=7, faults=tuple(Fault))
    book = FaultBook([FaultPlan(fault=Fault.CUT, times=None)], dice)
    book.clear()
    assert _took(book, 3) == [None] * 3


@pytest.mark.parametrize("plan", TROUBLES, ids=lambda plan: plan.device_id)
def test_every_troubled_sample_device_meets_its_fault(plan: FaultPlan) -> None:
    project_id = next(d.project_id for d in FLEET.devices if d.device_id == plan.device_id)
    body = start_parameters(ProjectId=project_id, DeviceId=plan.device_id)
    with running_sandbox(SandboxConfig(faults=TROUBLES)) as sandbox:
        try:
            code = raw_call(sandbox, START, body).error_code
        except ConnectionResetError:
            code = ""
        assert (
            code
            == {
                "demo_storage_refused": "UnauthorizedOperation.StorageAuthFailed",
                "demo_no_license": "OperationDenied.LicensesNotEnoughError",
                "demo_answer_lost": "",
                "demo_internal_error": "InternalError",
                "demo_too_many_calls": "RequestLimitExceeded",
            }[plan.device_id]
        )


def test_the_device_over_the_quota_starts_at_the_second_try() -> None:
    with running_sandbox(SandboxConfig(faults=TROUBLES)) as sandbox:
        body = start_parameters(ProjectId="t3q9w7x1c5r8n2kd", DeviceId="demo_too_many_calls")
        assert raw_call(sandbox, START, body).error_code == "RequestLimitExceeded"
        assert "TaskId" in raw_call(sandbox, START, body).response


def test_reset_brings_back_the_configured_faults(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.CUT)
    sandbox.reset()
    assert sandbox.parts.faults.plans() == []
    with running_sandbox(SandboxConfig(faults=TROUBLES)) as troubled:
        troubled.parts.faults.clear()
        troubled.reset()
        assert tuple(troubled.parts.faults.plans()) == TROUBLES
