"""What the body of a 200 answer means: a clear yes, a clear no, or unknown."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.trro.requests import DescribeDeviceList
from recordings.trro.responses import judge, printable, request_id_in
from tests.trro.samples import GOOD_BODY, REQUEST_ID, TASK_ID, body, kind_and_code, start, stop

OTHER_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Response", "Error", "Code", "Message", "TaskId", "RequestId", "x"]),
            inner,
            max_size=4,
        )
    ),
)


def test_task_id_is_accepted() -> None:
    outcome = judge(start(), GOOD_BODY)
    assert outcome == Accepted(
        request_id=REQUEST_ID, task_id=TASK_ID, response={"TaskId": TASK_ID, "RequestId": REQUEST_ID}
    )


@pytest.mark.parametrize("request_id", [None, "", "a b", 7, "x" * 513, "请求"])
def test_good_task_id_is_kept_without_a_good_request_id(request_id: object) -> None:
    outcome = judge(start(), body(TaskId=TASK_ID, RequestId=request_id))
    assert isinstance(outcome, Accepted)
    assert (outcome.task_id, outcome.request_id) == (TASK_ID, "")
    assert isinstance(judge(start(), body(TaskId=TASK_ID)), Accepted)


@pytest.mark.parametrize("task_id", ["", " ", 7, True, "x" * 513, "x" * 100_000, "任务", "a\n", ["a"], {"a": 1}])
def test_task_id_of_another_form_is_unknown(task_id: object) -> None:
    outcome = judge(start(), body(TaskId=task_id, RequestId=REQUEST_ID))
    assert kind_and_code(outcome) == ("Unknown", "AnswerLost.BadTaskId")
    assert outcome.request_id == REQUEST_ID


@pytest.mark.parametrize("response", [{"RequestId": REQUEST_ID}, {"TaskId": None}, {"taskId": TASK_ID}])
def test_start_without_task_id_is_unknown(response: dict[str, object]) -> None:
    assert kind_and_code(judge(start(), body(**response))) == ("Unknown", "AnswerLost.NoTaskId")


@pytest.mark.parametrize("response", [{}, {"RequestId": ""}, {"RequestId": 7}])
def test_stop_without_request_id_is_unknown(response: dict[str, object]) -> None:
    assert kind_and_code(judge(stop(), body(**response))) == ("Unknown", "AnswerLost.NoRequestId")


def test_stop_needs_no_task_id_and_takes_none() -> None:
    assert judge(stop(), body(RequestId=REQUEST_ID)) == Accepted(
        request_id=REQUEST_ID, response={"RequestId": REQUEST_ID}
    )
    outcome = judge(stop(), body(RequestId=REQUEST_ID, TaskId=7))
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == ""


def test_list_that_lacks_its_list_is_unknown() -> None:
    request = DescribeDeviceList(project_id="p")
    complete = judge(request, body(Devices=[], Total=0, Num=0, RequestId=REQUEST_ID))
    assert isinstance(complete, Accepted)
    for response in ({"Total": 0}, {"Devices": {}, "Total": 0}, {"Devices": [], "Total": "0"}):
        assert kind_and_code(judge(request, body(**response, RequestId=REQUEST_ID)))[1] == "AnswerLost.Incomplete"


@pytest.mark.parametrize("code", ["OperationDenied", "A", "x" * 128, "FailedOperation.StorageCheckFailed"])
def test_error_with_a_code_is_refused(code: str) -> None:
    outcome = judge(start(), body(Error={"Code": code, "Message": "no"}, RequestId=REQUEST_ID))
    assert outcome == Refused(code=code, message="no", request_id=REQUEST_ID)


@pytest.mark.parametrize("message", [{}, {"Message": None}, {"Message": 7}, {"Message": ["a"]}])
def test_error_needs_neither_message_nor_request_id(message: dict[str, object]) -> None:
    assert judge(start(), body(Error={"Code": "InternalError", **message})) == Refused(code="InternalError", message="")


@pytest.mark.parametrize(
    "error",
    [
        {},
        "no",
        7,
        [],
        {"Code": ""},
        {"Code": 7},
        {"Code": None},
        {"Code": "x" * 129},
        {"Code": "错误"},
        {"Code": "a\n"},
    ],
)
def test_error_without_a_usable_code_is_unknown(error: object) -> None:
    assert kind_and_code(judge(start(), body(Error=error))) == ("Unknown", "AnswerLost.BadError")


@pytest.mark.parametrize("task_id", [TASK_ID, "", 7])
def test_error_and_task_id_at_once_is_unknown(task_id: object) -> None:
    outcome = judge(start(), body(Error={"Code": "InternalError"}, TaskId=task_id, RequestId=REQUEST_ID))
    assert kind_and_code(outcome) == ("Unknown", "AnswerLost.Contradiction")
    assert outcome.request_id == REQUEST_ID


def test_contradiction_tells_the_task_id() -> None:
    outcome = judge(start(), body(Error={"Code": "InternalError"}, TaskId=TASK_ID))
    assert isinstance(outcome, Unknown)
    assert TASK_ID in outcome.message


def test_null_means_absent() -> None:
    assert isinstance(judge(start(), body(Error=None, TaskId=TASK_ID)), Accepted)
    assert isinstance(judge(start(), body(Error={"Code": "InternalError"}, TaskId=None)), Refused)


@pytest.mark.parametrize(
    ("code", "repeatable"),
    [
        ("RequestLimitExceeded", True),
        ("RequestLimitExceeded.UinLimitExceeded", True),
        ("RequestLimitExceeded.NeverHeardOf", True),
        ("RequestLimitExceededButNot", False),
        ("LimitExceeded", False),
        ("InternalError", False),
        ("InternalError.Database", False),
        ("FailedOperation.RestrictedConcurrency", False),
    ],
)
def test_only_the_call_quota_is_repeated_by_a_program(code: str, repeatable: bool) -> None:
    outcome = judge(start(), body(Error={"Code": code, "Message": ""}))
    assert isinstance(outcome, Refused)
    assert outcome.repeatable is repeatable


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "AnswerLost.Empty"),
        (b"\xef\xbb\xbf", "AnswerLost.NotJson"),
        (b"<html>", "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a"', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a"}} x', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "\xff"}}', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a", "TaskId": "b"}}', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a"}, "Response": {}}', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a", "x": NaN}}', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a", "x": -Infinity}}', "AnswerLost.NotJson"),
        (b'{"Response": {"TaskId": "a", "x": ' + b"9" * 9000 + b"}}", "AnswerLost.NotJson"),
        (b"[" * 500_000, "AnswerLost.NotJson"),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "AnswerLost.NotJson"),
        ('{"Response": {}}'.encode("utf-16"), "AnswerLost.NotJson"),
        (b"null", "AnswerLost.NoResponse"),
        (b"7", "AnswerLost.NoResponse"),
        (b"[]", "AnswerLost.NoResponse"),
        (b"{}", "AnswerLost.NoResponse"),
        (b'{"response": {"TaskId": "a"}}', "AnswerLost.NoResponse"),
        (b'{"Response": null}', "AnswerLost.NoResponse"),
        (b'{"Response": ["TaskId"]}', "AnswerLost.NoResponse"),
        (b'{"TaskId": "a"}', "AnswerLost.NoResponse"),
        (b'{"Response": {"TaskId": "\\ud800"}}', "AnswerLost.BadTaskId"),
    ],
)
def test_nonsense_is_unknown(text: bytes, code: str) -> None:
    assert kind_and_code(judge(start(), text)) == ("Unknown", code)


def test_byte_order_mark_does_not_cost_a_task_id() -> None:
    assert isinstance(judge(start(), b"\xef\xbb\xbf" + GOOD_BODY), Accepted)


@given(st.binary(max_size=200))
@example(b'{"Response": {"Error": {"Code": "\\ud800"}}}')
def test_no_bytes_raise(text: bytes) -> None:
    assert isinstance(judge(start(), text), Unknown)
    assert request_id_in(text) == ""


@given(OTHER_JSON, OTHER_JSON)
def test_no_json_raises_and_only_a_good_task_id_is_accepted(task_id: object, error: object) -> None:
    outcome = judge(start(), body(TaskId=task_id, Error=error, RequestId="r"))
    match outcome:
        case Accepted(task_id=accepted):
            assert accepted == task_id
            assert error is None
        case Refused():
            assert task_id is None
            assert isinstance(error, dict)


@given(OTHER_JSON)
def test_any_shape_of_json_gives_an_outcome(shape: object) -> None:
    assert judge(start(), json.dumps(shape).encode()) is not None
    assert judge(stop(), json.dumps({"Response": shape}).encode()) is not None


def test_vendors_message_is_bounded_and_shows_what_is_invisible() -> None:
    hostile = "no\x00\x1b[31m\r\n\u202efdp.exe\u200b\ud800" + "长" * 5000
    outcome = judge(start(), body(Error={"Code": "InvalidParameter", "Message": hostile}))
    assert isinstance(outcome, Refused)
    assert outcome.message.startswith(r"no\u0000\u001b[31m\u000d\u000a\u202efdp.exe\u200b\ud800长")
    assert len(outcome.message) == 1000


@given(st.text(max_size=2000))
def test_printable_text_can_be_stored_and_seen(text: str) -> None:
    shown = printable(text)
    assert len(shown) <= 1000
    assert shown.encode().decode() == shown
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)
