"""The gateway against the sandbox: what it says must agree with what the sandbox really did."""

from collections import Counter
from collections.abc import Iterator

import pytest

from recordings.sandbox import EntryKind, Fault, RandomFaults, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.fleet import ACCOUNT, MINE
from recordings.trro.gateway import Account, Gateway
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.trro.requests import DeleteCloudRecording, DescribeDeviceList, DescribeProjectList
from tests.trro.samples import kind_and_code, start

MIB = 1024 * 1024
# What each fault looks like from here. Whether a task runs behind an Unknown does not follow from it.
SEEN = {
    Fault.REFUSE: ("Refused", "OperationDenied"),
    Fault.REQUEST_LIMIT: ("Refused", "RequestLimitExceeded"),
    Fault.INTERNAL_ERROR: ("Refused", "InternalError"),
    Fault.RESTRICTED_CONCURRENCY: ("Refused", "FailedOperation.RestrictedConcurrency"),
    Fault.CHARSET_ERROR: ("Refused", "OperationDenied"),
    Fault.UPPER_CASE_ERROR: ("Refused", "OperationDenied"),
    Fault.UNTYPED_ERROR: ("Refused", "OperationDenied"),
    Fault.ERROR_NO_REQUEST_ID: ("Refused", "OperationDenied"),
    Fault.RESET_BEFORE: ("Unknown", "AnswerLost.Reset"),
    Fault.HANG_BEFORE: ("Unknown", "AnswerLost.Timeout"),
    Fault.HTTP_500_BEFORE: ("Unknown", "AnswerLost.Status500"),
    Fault.RESET_AFTER: ("Unknown", "AnswerLost.Reset"),
    Fault.HANG: ("Unknown", "AnswerLost.Timeout"),
    Fault.DRIP: ("Unknown", "AnswerLost.DeadlinePassed"),
    Fault.HTTP_500_AFTER: ("Unknown", "AnswerLost.Status500"),
    Fault.HTML: ("Unknown", "AnswerLost.NotJson"),
    Fault.CHARSET: ("Accepted", ""),
    Fault.CUT: ("Unknown", "AnswerLost.Cut"),
    Fault.EMPTY: ("Unknown", "AnswerLost.Empty"),
    Fault.NO_TASK_ID: ("Unknown", "AnswerLost.NoTaskId"),
    Fault.NO_REQUEST_ID: ("Accepted", ""),
    Fault.REDIRECT_307: ("Unknown", "AnswerLost.Redirected"),
    Fault.HUGE_BODY: ("Unknown", "AnswerLost.TooLarge"),
    Fault.GZIP_BOMB: ("Unknown", "AnswerLost.TooLarge"),
    Fault.TASK_ID_NUMBER: ("Unknown", "AnswerLost.BadTaskId"),
    Fault.TASK_ID_EMPTY: ("Unknown", "AnswerLost.BadTaskId"),
    Fault.TASK_ID_LONG: ("Unknown", "AnswerLost.BadTaskId"),
    Fault.TASK_ID_NON_ASCII: ("Unknown", "AnswerLost.BadTaskId"),
}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    config = SandboxConfig(calls_per_second=0, live_limit=100_000, drip_pause=0.05, huge_bytes=8 * MIB, callback_url="")
    with running_sandbox(config) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


def gateway_of(sandbox: Sandbox, deadline_seconds: float) -> Gateway:
    account = Account(endpoint=sandbox.url, region="", secret_id=ACCOUNT.secret_id, secret_key=ACCOUNT.secret_key)
    return Gateway(account, deadline_seconds=deadline_seconds, allow_loopback_http=True)


def test_every_fault_of_the_sandbox_is_expected() -> None:
    assert set(SEEN) == set(Fault)


@pytest.mark.parametrize("fault", Fault)
def test_outcome_of_each_fault_agrees_with_what_happened(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.add_fault(fault)
    outcome = gateway_of(sandbox, 0.3).call(start("truck_001"))
    assert kind_and_code(outcome) == SEEN[fault]
    started = sandbox.journal(EntryKind.STARTED)
    assert len(started) == int(fault.acts)
    assert sandbox.journal(EntryKind.REDIRECT_FOLLOWED) == []
    match outcome:
        case Accepted(task_id=task_id):
            assert [entry.task_id for entry in started] == [task_id]
        case Refused():
            assert started == []


def test_hundreds_of_faults_at_random_start_nothing_twice_and_forget_nothing(sandbox: Sandbox) -> None:
    """Every call that was made is one call at the sandbox; no refusal hides a start, no TaskId is another's."""
    slow = {Fault.HANG, Fault.HANG_BEFORE, Fault.DRIP}
    quick = tuple(fault for fault in Fault if fault not in slow)
    sandbox.roll_faults(RandomFaults(probability=0.5, seed=20241224, faults=quick))
    gateway = gateway_of(sandbox, 5)
    devices = [f"truck_{number:03}" for number in range(1, 13)]
    outcomes = [
        (devices[number % len(devices)], number, gateway.call(start(devices[number % 12], video_stream_id=number)))
        for number in range(400)
    ]
    started = {(entry.device, entry.stream): entry.task_id for entry in sandbox.journal(EntryKind.STARTED)}
    seen = Counter(type(outcome).__name__ for _, _, outcome in outcomes)
    assert min(seen["Accepted"], seen["Refused"], seen["Unknown"]) > 20
    assert len(sandbox.journal(EntryKind.CALLED)) == len(outcomes)
    for device, stream, outcome in outcomes:
        match outcome:
            case Accepted(task_id=task_id):
                assert started.pop((device, stream)) == task_id
            case Refused():
                assert (device, stream) not in started
            case Unknown():
                started.pop((device, stream), None)
    assert started == {}


def test_start_and_stop(sandbox: Sandbox) -> None:
    gateway = gateway_of(sandbox, 5)
    started = gateway.call(start("truck_001"))
    assert isinstance(started, Accepted)
    assert [task.task_id for task in sandbox.live()] == [started.task_id]
    stopped = gateway.call(DeleteCloudRecording(task_id=started.task_id))
    assert isinstance(stopped, Accepted)
    assert stopped.request_id
    assert sandbox.live() == []


def test_wrong_key_is_refused(sandbox: Sandbox) -> None:
    account = Account(endpoint=sandbox.url, region="", secret_id=ACCOUNT.secret_id, secret_key="wrong")
    outcome = Gateway(account, allow_loopback_http=True).call(start("truck_001"))
    assert kind_and_code(outcome) == ("Refused", "AuthFailure.SignatureFailure")


def test_lists_are_read(sandbox: Sandbox) -> None:
    gateway = gateway_of(sandbox, 5)
    projects = gateway.call(DescribeProjectList(page_size=100))
    devices = gateway.call(DescribeDeviceList(project_id=MINE.project_id, device_type="field"))
    assert isinstance(projects, Accepted)
    assert isinstance(devices, Accepted)
    assert MINE.project_id in {project["ProjectId"] for project in projects.response["Projects"]}
    assert len(devices.response["Devices"]) == 10
