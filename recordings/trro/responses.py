"""Judges the body of a 200 response. Only the body counts: content types and letter case are wrong too often.

A body that is neither a clear success nor a clear error is Unknown.
"""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any, NoReturn, TypeGuard

from recordings.trro.failures import AnswerLost
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown, is_id
from recordings.trro.requests import VendorRequest

MAX_MESSAGE = 1000


def judge(request: VendorRequest, body: bytes) -> Outcome:
    """What the vendor's response to `request` means. Never raises for any body."""
    try:
        response = _response(body)
    except AnswerLost as failure:
        return Unknown(code=failure.code, message=failure.message)
    if response.get("Error") is not None:
        return _refused(response)
    request_id = _request_id(response)
    if code := _broken_promise(request, response):
        message = f"the response lacks what {request.action} promises"
        return Unknown(code=code, message=message, request_id=request_id)
    if "Code" in request.promises and response["Code"] != 0:
        code, message = f"CallbackUrlRefused.{response['Code']}", printable(response.get("Msg"))
        return Refused(code=code[:128], message=message, request_id=request_id)
    if "TaskId" in request.promises:
        return Accepted(request_id=request_id, task_id=response["TaskId"], response=response)
    if not request_id:
        return Unknown(code="AnswerLost.NoRequestId", message="the response carries no RequestId")
    return Accepted(request_id=request_id, response=response)


def request_id_in(body: bytes) -> str:
    """The RequestId in an otherwise useless response, or "". Tencent Cloud support needs it."""
    try:
        return _request_id(_response(body))
    except AnswerLost:
        return ""


def printable(text: object) -> str:
    """The vendor's text, fit for a row and a page: at most 1,000 characters, none of them invisible."""
    if not isinstance(text, str):
        return ""
    escaped = "".join(_escaped(character) for character in text[:MAX_MESSAGE])
    return escaped[:MAX_MESSAGE]


def _response(body: bytes) -> Mapping[str, Any]:
    if not body.strip():
        raise AnswerLost("AnswerLost.Empty", "the response is empty")
    try:
        parsed = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise AnswerLost("AnswerLost.NotJson", "the response is not the requested JSON") from None
    response = parsed.get("Response") if isinstance(parsed, dict) else None
    if not isinstance(response, dict):
        raise AnswerLost("AnswerLost.NoResponse", "the response is JSON, but none of the vendor's")
    return response


def _refused(response: Mapping[str, Any]) -> Outcome:
    error, request_id, task_id = response["Error"], _request_id(response), response.get("TaskId")
    if task_id is not None:
        named = task_id if is_id(task_id) else "none of the allowed form"
        message = f"the response holds both an error and a TaskId: {named}"
        return Unknown(code="AnswerLost.Contradiction", message=message, request_id=request_id)
    code = error.get("Code") if isinstance(error, dict) else None
    if not _is_code(code):
        message = "the response holds an error without a usable code"
        return Unknown(code="AnswerLost.BadError", message=message, request_id=request_id)
    return Refused(
        code=code,
        message=printable(error.get("Message")),
        request_id=request_id,
        repeatable=code == "RequestLimitExceeded" or code.startswith("RequestLimitExceeded."),
    )


def _broken_promise(request: VendorRequest, response: Mapping[str, Any]) -> str:
    """The code of the first promise that the response breaks, or the empty string."""
    for name, kind in request.promises.items():
        value = response.get(name)
        if name == "TaskId":
            if value is None:
                return "AnswerLost.NoTaskId"
            if not is_id(value):
                return "AnswerLost.BadTaskId"
        elif not isinstance(value, kind) or isinstance(value, bool):
            return "AnswerLost.Incomplete"
    return ""


def _request_id(response: Mapping[str, Any]) -> str:
    request_id = response.get("RequestId")
    return request_id if is_id(request_id) else ""


def _is_code(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 1 <= len(value) <= 128 and value.isascii() and value.isprintable()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses a name given twice: which of two TaskIds is meant cannot be known. Raises ValueError."""
    parsed = dict(pairs)
    if len(parsed) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return parsed


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _escaped(character: str) -> str:
    # Cc, Cf, Cs, Co, Cn and the line and paragraph separators; a lone surrogate cannot even be stored.
    if unicodedata.category(character)[0] == "C" or character in "\u2028\u2029":
        return f"\\u{ord(character):04x}"
    return character
