"""The control endpoint: steering from another process."""

import json

from recordings.sandbox import EntryKind, Sandbox
from recordings.sandbox.callbacks import sign
from recordings.sandbox.fleet import MINE
from tests.sandbox.clients import control, raw_call, request, sdk, start_parameters, start_request
from tests.sandbox.receiver import Receiver

START = "CreateCloudRecording"
JSON = {"Content-Type": "application/json"}


def test_health_tells_that_it_runs_and_how_many_tasks_do(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request())
    assert control(sandbox, "GET", "health") == {"ok": True, "live": 1}


def test_a_queued_fault_meets_the_next_calls_of_its_action(sandbox: Sandbox) -> None:
    control(sandbox, "POST", "faults", fault="refuse", action="DescribeProjectList", code="X.Y", times=2)
    assert "TaskId" in raw_call(sandbox, START, start_parameters()).response
    codes = [raw_call(sandbox, "DescribeProjectList", {}).response.get("Error") for _ in range(3)]
    assert [error and error["Code"] for error in codes] == ["X.Y", "X.Y", None]


def test_times_0_is_for_ever_and_delete_ends_it(sandbox: Sandbox) -> None:
    control(sandbox, "POST", "faults", fault="internal_error", device_id="truck_001", times=0)
    assert raw_call(sandbox, START, start_parameters()).error_code == "InternalError"
    assert "TaskId" in raw_call(sandbox, START, start_parameters(DeviceId="truck_002")).response
    assert len(control(sandbox, "GET", "faults")["faults"]) == 1
    control(sandbox, "DELETE", "faults")
    assert "TaskId" in raw_call(sandbox, START, start_parameters()).response


def test_faults_by_chance_can_be_set(sandbox: Sandbox) -> None:
    control(sandbox, "POST", "random-faults", probability=1, seed=3, faults=["restricted_concurrency"])
    answer = raw_call(sandbox, START, start_parameters())
    assert answer.error_code == "FailedOperation.RestrictedConcurrency"


def test_the_journal_can_be_read_on_from_where_one_was(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request())
    entries = control(sandbox, "GET", "journal")["entries"]
    assert [entry["kind"] for entry in entries] == ["called", "started"]
    sdk(sandbox).CreateCloudRecording(start_request())
    later = control(sandbox, "GET", f"journal?after={entries[-1]['number']}&kind=started")["entries"]
    assert [entry["kind"] for entry in later] == ["started"]


def test_tasks_can_be_listed_and_ended(sandbox: Sandbox) -> None:
    task_id = sdk(sandbox).CreateCloudRecording(start_request()).TaskId
    (task,) = control(sandbox, "GET", "tasks")["live"]
    assert (task["task_id"], task["prefix"]) == (task_id, ["2025-01-01", "ref-1"])
    control(sandbox, "POST", "tasks/end", task_id=task_id, leave_code=2)
    (task,) = control(sandbox, "GET", "tasks")["ended"]
    assert task["leave_code"] == 2


def test_the_clock_can_be_moved_and_a_device_silenced(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request(MaxIdleTime=5))
    answer = control(sandbox, "POST", "devices", project_id=MINE.project_id, device_id="truck_001", publishing=False)
    assert answer == {"status": "connected", "publishing": False}
    assert control(sandbox, "POST", "clock", seconds=5.5) == {"settled": True}
    assert [e.leave_code for e in sandbox.journal(EntryKind.ENDED)] == [99]


def test_a_callback_can_be_made_by_hand(sandbox: Sandbox, receiver: Receiver) -> None:
    where = {"ProjectId": MINE.project_id, "CallbackUrl": receiver.url, "SignKey": "k"}
    raw_call(sandbox, "ModifyCallbackUrl", where)
    control(sandbox, "POST", "callbacks", project_id=MINE.project_id, event_type=301, task_id="-ghost.")
    sandbox.settle()
    control(sandbox, "POST", "callbacks", project_id=MINE.project_id, body="{not json")
    sandbox.settle()
    first, second = receiver.received
    assert json.loads(first.body)["EventInfo"]["TaskId"] == "-ghost."
    assert (second.body, second.headers["Sign"]) == (b"{not json", sign("k", b"{not json"))


def test_reset_forgets_tasks_faults_devices_and_journal(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request())
    sandbox.set_device(MINE.project_id, "truck_001", status="offline")
    control(sandbox, "POST", "faults", fault="hang", times=0)
    control(sandbox, "POST", "reset")
    assert sandbox.journal() == []
    assert sandbox.live() == []
    sdk(sandbox).CreateCloudRecording(start_request(MaxIdleTime=5))
    sandbox.advance(60)
    assert len(sandbox.live()) == 1


def test_what_makes_no_sense_is_refused_with_400_or_404(sandbox: Sandbox) -> None:
    def status(method: str, path: str, body: bytes) -> int:
        return request(sandbox, method, f"/_sandbox/{path}", body, JSON).status

    assert status("POST", "faults", b'{"fault": "explode"}') == 400
    assert status("POST", "faults", b"{") == 400
    assert status("POST", "tasks/end", b'{"task_id": "-none."}') == 400
    assert status("POST", "random-faults", b'{"probability": 2}') == 400
    assert status("POST", "nothing", b"{}") == 404
    assert status("GET", "reset", b"") == 404


def test_a_browsers_form_cannot_steer_it(sandbox: Sandbox) -> None:
    answer = request(sandbox, "POST", "/_sandbox/reset", b"{}", {"Content-Type": "text/plain"})
    assert answer.status == 400
    assert request(sandbox, "POST", "/_sandbox/reset").status == 400
