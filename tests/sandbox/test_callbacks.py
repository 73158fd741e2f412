"""Callbacks: signed over what is sent, worded as the vendor words them, tried again by the vendor's rule."""

import json

import pytest
from tencentcloud.trro.v20220325 import models

from recordings.sandbox import EntryKind, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.callbacks import next_try, sign
from recordings.sandbox.events import as_vendor_writes
from recordings.sandbox.fleet import MINE, PORT
from tests.sandbox.clients import sdk, start_request, stop_request
from tests.sandbox.receiver import Receiver

KEY = "123654"
KNOWN_BODY = (
    '{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n\t"EventInfo":\t{\n\t\t"RoomId":\t8489,'
    '\n\t\t"EventTs":\t1664209748,\n\t\t"EventMsTs":\t1664209748180,\n\t\t"UserId":\t"user_85034614",\n\t\t"Reason":\t0\n\t}\n}'
)


def _register(sandbox: Sandbox, receiver: Receiver, project_id: str = MINE.project_id) -> None:
    request = models.ModifyCallbackUrlRequest()
    request.ProjectId, request.CallbackUrl, request.SignKey = project_id, receiver.url, KEY
    answer = sdk(sandbox).ModifyCallbackUrl(request)
    assert (answer.Code, answer.Msg) == (0, "ok")


def _types(receiver: Receiver) -> list[int]:
    return [json.loads(post.body)["EventType"] for post in receiver.received]


def _infos(receiver: Receiver, event_type: int) -> list[dict[str, object]]:
    bodies = [json.loads(post.body) for post in receiver.received]
    return [body["EventInfo"] for body in bodies if body["EventType"] == event_type]


def test_the_signature_is_that_of_the_vendors_known_answer() -> None:
    assert sign(KEY, KNOWN_BODY.encode()) == "kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA="


def test_bodies_are_written_with_the_vendors_tabs_and_newlines() -> None:
    assert as_vendor_writes(json.loads(KNOWN_BODY)).decode() == KNOWN_BODY


def test_a_callback_is_signed_over_the_bytes_that_are_sent(sandbox: Sandbox, receiver: Receiver) -> None:
    _register(sandbox, receiver)
    sdk(sandbox).CreateCloudRecording(start_request())
    sandbox.settle()
    (post,) = receiver.received
    assert post.headers["Sign"] == sign(KEY, post.body)
    assert post.headers["SdkAppId"] == "1400704311"
    assert post.headers["Content-Type"] == "application/json"
    assert post.path == "/callbacks/token/"
    assert b"\n\t" in post.body


def test_a_start_is_reported_by_301_with_the_task_id(sandbox: Sandbox, receiver: Receiver) -> None:
    _register(sandbox, receiver)
    task_id = sdk(sandbox).CreateCloudRecording(start_request()).TaskId
    sandbox.settle()
    body = json.loads(receiver.received[0].body)
    assert set(body) == {"EventGroupId", "EventType", "CallbackTs", "EventInfo"}
    assert (body["EventGroupId"], body["EventType"]) == (3, 301)
    info = body["EventInfo"]
    assert set(info) == {"RoomId", "EventTs", "EventMsTs", "UserId", "TaskId", "Payload"}
    assert (info["TaskId"], info["Payload"]) == (task_id, {"Status": 0})
    assert body["CallbackTs"] // 1000 == info["EventTs"]


def test_rooms_are_strings_in_one_project_and_numbers_in_the_other(sandbox: Sandbox, receiver: Receiver) -> None:
    for project_id in (MINE.project_id, PORT.project_id):
        _register(sandbox, receiver, project_id)
    sdk(sandbox).CreateCloudRecording(start_request())
    sdk(sandbox).CreateCloudRecording(start_request(ProjectId=PORT.project_id, DeviceId="qc_01"))
    sandbox.settle()
    kinds = {(type(i["RoomId"]), type(i["EventTs"])) for i in _infos(receiver, 301)}
    assert kinds == {(str, int), (int, str)}


def test_a_stop_is_reported_by_302_and_the_file_by_310(sandbox: Sandbox, receiver: Receiver) -> None:
    _register(sandbox, receiver)
    client = sdk(sandbox)
    task_id = client.CreateCloudRecording(start_request()).TaskId
    sandbox.advance(60)
    client.DeleteCloudRecording(stop_request(task_id))
    sandbox.settle()
    assert _types(receiver) == [301, 302]
    assert _infos(receiver, 302)[0]["Payload"] == {"LeaveCode": 0}
    sandbox.advance(1)
    assert _types(receiver) == [301, 302, 310]
    payload = _infos(receiver, 310)[0]["Payload"]
    (message,) = payload["FileMessage"]
    assert payload["Status"] == 0
    assert payload["FileList"] == [message["FileName"]]
    assert set(message) == {
        "FileName",
        "UserId",
        "TrackType",
        "MediaId",
        "StartTimeStamp",
        "EndTimeStamp",
    }
    assert 60_000 <= message["EndTimeStamp"] - message["StartTimeStamp"] < 62_000


def test_hls_is_reported_by_303_307_304_while_it_runs_and_305_at_the_end(sandbox: Sandbox, receiver: Receiver) -> None:
    _register(sandbox, receiver)
    client = sdk(sandbox)
    task_id = client.CreateCloudRecording(start_request(OutputFormat=0)).TaskId
    sandbox.advance(25)
    assert sorted(_types(receiver)) == [301, 303, 304, 307]
    client.DeleteCloudRecording(stop_request(task_id))
    sandbox.advance(1)
    assert sorted(_types(receiver)) == [301, 302, 303, 304, 305, 307]
    assert isinstance(_infos(receiver, 304)[0]["Payload"]["FileList"], str)


def test_idling_out_is_reported_with_leave_code_99_and_no_file(sandbox: Sandbox, receiver: Receiver) -> None:
    _register(sandbox, receiver)
    sdk(sandbox).CreateCloudRecording(start_request(DeviceId="truck_005"))
    sandbox.advance(40)
    assert sorted(_types(receiver)) == [301, 302]
    assert _infos(receiver, 302)[0]["Payload"] == {"LeaveCode": 99}


@pytest.mark.parametrize("leave_code", [1, 2, 3, 4, 100, 101])
def test_any_other_end_is_reported_with_its_leave_code(sandbox: Sandbox, receiver: Receiver, leave_code: int) -> None:
    _register(sandbox, receiver)
    task_id = sdk(sandbox).CreateCloudRecording(start_request()).TaskId
    sandbox.end_task(task_id, leave_code=leave_code)
    sandbox.settle()
    assert _infos(receiver, 302)[0]["Payload"] == {"LeaveCode": leave_code}


def test_callbacks_go_to_the_configured_receiver_until_another_is_registered(receiver: Receiver) -> None:
    config = SandboxConfig(callback_url=receiver.url, callback_key="configured")
    with running_sandbox(config) as sandbox:
        sdk(sandbox).CreateCloudRecording(start_request())
        sandbox.settle()
        _register(sandbox, receiver)
        sdk(sandbox).CreateCloudRecording(start_request())
        sandbox.settle()
    first, second = receiver.received
    assert first.headers["Sign"] == sign("configured", first.body)
    assert second.headers["Sign"] == sign(KEY, second.body)


def test_an_answer_of_the_api_never_waits_for_a_receiver(sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.delay = 3
    _register(sandbox, receiver)
    task_id = sdk(sandbox, timeout=2).CreateCloudRecording(start_request()).TaskId
    assert task_id in {task.task_id for task in sandbox.live()}


@pytest.mark.parametrize(
    ("failures", "now", "due"),
    [(1, 0.1, 0.1), (1, 5, 5), (2, 0.2, 10.2), (3, 10.2, 20.2), (6, 50, 60), (7, 50.1, None), (8, 61, None)],
)
def test_next_attempt_is_at_once_then_every_ten_seconds_for_a_minute(
    failures: int, now: float, due: float | None
) -> None:
    assert next_try(created_at=1000, failures=failures, now=1000 + now) == (due and pytest.approx(1000 + due))


def test_a_receiver_that_always_fails_is_tried_seven_times_and_then_given_up(
    sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 100
    _register(sandbox, receiver)
    sdk(sandbox).CreateCloudRecording(start_request())
    sandbox.settle()
    counts = [len(receiver.received)]
    for _ in range(7):
        sandbox.advance(10)
        counts.append(len(receiver.received))
    assert counts == [2, 3, 4, 5, 6, 7, 7, 7]
    assert len({post.body for post in receiver.received}) == 1
    assert [e.attempt for e in sandbox.journal(EntryKind.POST_FAILED)] == [1, 2, 3, 4, 5, 6, 7]
    assert len(sandbox.journal(EntryKind.POST_GIVEN_UP)) == 1


@pytest.mark.parametrize("status", [204, 302, 401, 413, 500])
def test_only_status_200_counts_as_taken(sandbox: Sandbox, receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    _register(sandbox, receiver)
    sdk(sandbox).CreateCloudRecording(start_request())
    sandbox.settle()
    assert [e.status for e in sandbox.journal(EntryKind.POST_FAILED)] == [status]
    assert [(e.attempt, e.event_type) for e in sandbox.journal(EntryKind.POSTED)] == [(2, 301)]


def test_a_receiver_that_is_too_slow_counts_as_failed(receiver: Receiver) -> None:
    receiver.delay = 0.1
    with running_sandbox(SandboxConfig(callback_url=receiver.url, callback_timeout=0.03)) as sandbox:
        sdk(sandbox).CreateCloudRecording(start_request())
        sandbox.settle()
        assert [e.status for e in sandbox.journal(EntryKind.POST_FAILED)] == [0, 0]


def test_callbacks_never_leave_this_machine() -> None:
    with running_sandbox(SandboxConfig(callback_url="http://192.0.2.1/callbacks/")) as sandbox:
        sdk(sandbox).CreateCloudRecording(start_request())
        sandbox.settle()
        assert [e.status for e in sandbox.journal(EntryKind.POST_FAILED)] == [0, 0]
