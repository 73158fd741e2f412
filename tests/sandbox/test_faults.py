"""Each fault does on the wire what it says, and the journal tells what really happened."""

import contextlib
import gzip
import http.client
import inspect
import json
import socket
import time

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from recordings.sandbox import EntryKind, Fault, Sandbox
from tests.sandbox.clients import (
    RawAnswer,
    eventually,
    raw_call,
    sdk,
    signed_headers,
    start_parameters,
    start_request,
    stop_request,
)
from tests.sandbox.conftest import MIB

ACTION = "CreateCloudRecording"
SLOW = (Fault.HANG_BEFORE, Fault.HANG, Fault.DRIP)
LOST = (OSError, http.client.HTTPException)


def _start(sandbox: Sandbox, timeout: float = 2) -> RawAnswer:
    return raw_call(sandbox, ACTION, start_parameters(), timeout=timeout)


def _started(sandbox: Sandbox) -> list[str]:
    return [entry.task_id for entry in sandbox.journal(EntryKind.STARTED)]


@pytest.mark.parametrize("fault", Fault)
def test_the_journal_shows_a_start_exactly_when_the_fault_carries_it_out(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.add_fault(fault)
    with contextlib.suppress(*LOST):
        _start(sandbox, timeout=0.08 if fault in SLOW else 2)
    eventually(lambda: sandbox.journal(EntryKind.STARTED if fault.acts else EntryKind.FAULT) != [])
    started = sandbox.journal(EntryKind.STARTED)
    assert [entry.fault for entry in started] == ([fault.value] if fault.acts else [])
    assert [entry.fault for entry in sandbox.journal(EntryKind.FAULT)] == [fault.value]
    assert len(sandbox.live()) == len(started)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_says_in_words_whether_the_task_was_started(fault: Fault) -> None:
    source = inspect.getsource(Fault)
    docstring = source.split(f' = "{fault.value}"\n    """')[1].split('"""')[0]
    assert ("STARTED" in docstring) is fault.acts
    assert ("Nothing is started" in docstring) is not fault.acts


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER])
def test_a_reset_is_a_reset_and_not_an_orderly_end(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.add_fault(fault)
    with pytest.raises(ConnectionResetError):
        _start(sandbox)


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.HANG])
def test_a_hang_says_nothing_until_the_client_goes(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.add_fault(fault)
    with pytest.raises(TimeoutError):
        _start(sandbox, timeout=0.1)
    assert "TaskId" in _start(sandbox).response


@pytest.mark.parametrize("fault", [Fault.HTTP_500_BEFORE, Fault.HTTP_500_AFTER])
def test_a_500_is_a_500_with_a_page(sandbox: Sandbox, fault: Fault) -> None:
    sandbox.add_fault(fault)
    answer = _start(sandbox)
    assert (answer.status, answer.headers["Content-Type"]) == (500, "text/html")


def test_drip_sends_the_right_answer_one_byte_at_a_time(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.DRIP)
    body = json.dumps(start_parameters()).encode()
    connection = http.client.HTTPConnection(sandbox.endpoint, timeout=2)
    connection.request("POST", "/", body, signed_headers(sandbox.endpoint, ACTION, body))
    answer = connection.getresponse()
    began = time.monotonic()
    assert answer.read(2) == b'{"'
    assert time.monotonic() - began > 0.1
    connection.close()


def test_html_is_a_page_with_status_200(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.HTML)
    answer = _start(sandbox)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")


def test_charset_is_the_right_answer_under_another_content_type(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.CHARSET)
    answer = _start(sandbox)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert [answer.response["TaskId"]] == _started(sandbox)


@pytest.mark.parametrize(
    ("fault", "content_type"),
    [
        (Fault.CHARSET_ERROR, "application/json; charset=utf-8"),
        (Fault.UPPER_CASE_ERROR, "Application/JSON"),
        (Fault.UNTYPED_ERROR, None),
    ],
)
def test_an_error_under_another_content_type_is_one_that_the_sdk_takes_for_success(
    sandbox: Sandbox, fault: Fault, content_type: str | None
) -> None:
    sandbox.add_fault(fault, code="OperationDenied.LicensesNotEnoughError", times=2)
    answer = _start(sandbox)
    assert answer.error_code == "OperationDenied.LicensesNotEnoughError"
    assert answer.headers.get("Content-Type") == content_type
    assert sdk(sandbox).CreateCloudRecording(start_request()).TaskId is None


def test_cut_promises_more_than_it_sends(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.CUT)
    with pytest.raises(http.client.IncompleteRead):
        _start(sandbox)


def test_empty_is_status_200_without_a_body(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.EMPTY)
    answer = _start(sandbox)
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(("fault", "left"), [(Fault.NO_TASK_ID, {"RequestId"}), (Fault.NO_REQUEST_ID, {"TaskId"})])
def test_an_id_can_be_missing_from_the_answer(sandbox: Sandbox, fault: Fault, left: set[str]) -> None:
    sandbox.add_fault(fault)
    assert set(_start(sandbox).response) == left


@pytest.mark.parametrize(
    ("fault", "task_id"),
    [
        (Fault.TASK_ID_NUMBER, 8489),
        (Fault.TASK_ID_EMPTY, ""),
        (Fault.TASK_ID_LONG, "-" + "x" * 100_000),
        (Fault.TASK_ID_NON_ASCII, "-录制任务编号"),
    ],
)
def test_a_bad_task_id_is_answered_while_a_good_one_runs(sandbox: Sandbox, fault: Fault, task_id: object) -> None:
    sandbox.add_fault(fault)
    assert _start(sandbox).response["TaskId"] == task_id
    assert task_id not in _started(sandbox)


def test_a_redirect_that_is_followed_starts_a_second_task(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.REDIRECT_307)
    sdk(sandbox).CreateCloudRecording(start_request())
    assert len(sandbox.journal(EntryKind.REDIRECT_FOLLOWED)) == 1
    assert len(set(_started(sandbox))) == 2


def test_a_redirect_that_is_not_followed_starts_one(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.REDIRECT_307)
    answer = _start(sandbox)
    assert (answer.status, answer.headers["Location"]) == (307, "/followed")
    assert sandbox.journal(EntryKind.REDIRECT_FOLLOWED) == []
    assert len(_started(sandbox)) == 1


def test_a_huge_body_is_a_right_answer_of_the_configured_size(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.HUGE_BODY)
    answer = _start(sandbox)
    assert len(answer.body) == 2 * MIB
    assert [answer.response["TaskId"]] == _started(sandbox)


def test_a_gzip_bomb_is_small_on_the_wire_and_large_unpacked(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.GZIP_BOMB)
    answer = _start(sandbox)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 2 * MIB / 500
    assert len(gzip.decompress(answer.body)) == 2 * MIB


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.REFUSE, "OperationDenied"),
        (Fault.REQUEST_LIMIT, "RequestLimitExceeded"),
        (Fault.INTERNAL_ERROR, "InternalError"),
        (Fault.RESTRICTED_CONCURRENCY, "FailedOperation.RestrictedConcurrency"),
        (Fault.ERROR_NO_REQUEST_ID, "OperationDenied"),
    ],
)
def test_an_error_fault_answers_its_code(sandbox: Sandbox, fault: Fault, code: str) -> None:
    sandbox.add_fault(fault)
    answer = _start(sandbox)
    assert answer.error_code == code
    assert ("RequestId" in answer.response) is (fault is not Fault.ERROR_NO_REQUEST_ID)


def test_refusal_has_the_requested_code_and_message(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.REFUSE, code="InvalidParameterValue.InvalidRegion", message="no such region")
    with pytest.raises(TencentCloudSDKException) as refused:
        sdk(sandbox).CreateCloudRecording(start_request())
    assert refused.value.code == "InvalidParameterValue.InvalidRegion"
    assert refused.value.message == "no such region"


def test_a_stop_whose_answer_is_lost_has_stopped_the_task(sandbox: Sandbox) -> None:
    task_id = sdk(sandbox).CreateCloudRecording(start_request()).TaskId
    sandbox.add_fault(Fault.RESET_AFTER, action="DeleteCloudRecording")
    with pytest.raises(TencentCloudSDKException) as lost:
        sdk(sandbox).DeleteCloudRecording(stop_request(task_id))
    assert lost.value.code == "ClientNetworkError"
    assert [e.task_id for e in sandbox.journal(EntryKind.STOPPED)] == [task_id]


def test_a_fault_plays_with_the_vendors_own_refusal_too(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.CHARSET, action="DeleteCloudRecording")
    answer = raw_call(sandbox, "DeleteCloudRecording", {"TaskId": "-unknown."})
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.error_code == "ResourceNotFound"


def test_the_next_call_on_the_same_connection_is_fine_after_a_spoilt_answer(sandbox: Sandbox) -> None:
    sandbox.add_fault(Fault.NO_TASK_ID)
    body = json.dumps(start_parameters()).encode()
    connection = http.client.HTTPConnection(sandbox.endpoint, timeout=2)
    for _ in range(2):
        connection.request("POST", "/", body, signed_headers(sandbox.endpoint, ACTION, body))
        last = json.loads(connection.getresponse().read())
    assert last["Response"]["TaskId"] == _started(sandbox)[1]
    connection.close()


def test_a_client_that_goes_before_it_sent_everything_starts_nothing(sandbox: Sandbox) -> None:
    body = json.dumps(start_parameters()).encode()
    headers = signed_headers(sandbox.endpoint, ACTION, body)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    host, port = sandbox.endpoint.split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(f"POST / HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-5])
    assert "TaskId" in _start(sandbox).response
    assert len(_started(sandbox)) == 1
