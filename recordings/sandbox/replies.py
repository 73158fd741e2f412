"""An answer of the API as bytes, and the faults that spoil its content.

`misbehaviour.py` then sends it, well or badly.
"""

import json
from dataclasses import dataclass

from recordings.sandbox.errors import ApiError
from recordings.sandbox.faults import Fault, FaultPlan

JSON = "application/json"
JSON_WITH_CHARSET = "application/json; charset=utf-8"

PAGE = b"<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad gateway</h1></body></html>"

FOLLOWED_PATH = "/followed"

BAD_TASK_IDS: dict[Fault, object] = {
    Fault.TASK_ID_NUMBER: 8489,
    Fault.TASK_ID_EMPTY: "",
    Fault.TASK_ID_LONG: "-" + "x" * 100_000,
    Fault.TASK_ID_NON_ASCII: "-录制任务编号",
}

_CONTENT_TYPES = {
    Fault.CHARSET: JSON_WITH_CHARSET,
    Fault.CHARSET_ERROR: JSON_WITH_CHARSET,
    Fault.UPPER_CASE_ERROR: "Application/JSON",
    Fault.UNTYPED_ERROR: "",
}

_CODES = {
    Fault.REQUEST_LIMIT: "RequestLimitExceeded",
    Fault.INTERNAL_ERROR: "InternalError",
    Fault.RESTRICTED_CONCURRENCY: "FailedOperation.RestrictedConcurrency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer; `fault` is what the wire does to it, an empty `content_type` is none at all."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None


def success(result: dict[str, object], request_id: str, fault: Fault | None = None) -> Reply:
    """The answer to an action that was carried out, with what the fault does to its content."""
    response: dict[str, object] = {**result, "RequestId": request_id}
    match fault:
        case Fault.HTML:
            return Reply(body=PAGE, content_type="text/html", fault=fault)
        case Fault.HTTP_500_AFTER:
            return Reply(body=PAGE, status=500, content_type="text/html", fault=fault)
        case Fault.EMPTY:
            return Reply(body=b"", fault=fault)
        case Fault.REDIRECT_307:
            return Reply(body=b"", status=307, headers=(("Location", FOLLOWED_PATH),), fault=fault)
        case Fault.NO_TASK_ID:
            response.pop("TaskId", None)
        case Fault.NO_REQUEST_ID:
            del response["RequestId"]
        case _ if "TaskId" in response and fault in BAD_TASK_IDS:
            response["TaskId"] = BAD_TASK_IDS[fault]
    content_type = _CONTENT_TYPES.get(fault, JSON) if fault else JSON
    return Reply(body=_body(response), content_type=content_type, fault=fault)


def refusal(error: ApiError, request_id: str, fault: Fault | None = None) -> Reply:
    """An error as the vendor answers it: status 200 and an error body, which a fault can spoil as well."""
    response: dict[str, object] = {
        "Error": {"Code": error.code, "Message": error.message},
        "RequestId": request_id,
    }
    if fault is Fault.ERROR_NO_REQUEST_ID:
        del response["RequestId"]
    content_type = _CONTENT_TYPES.get(fault, JSON) if fault else JSON
    return Reply(body=_body(response), content_type=content_type, fault=fault)


def nothing_done(plan: FaultPlan) -> Reply:
    """What the wire plays with when a fault carries nothing out. Raises ApiError when that is an error."""
    match plan.fault:
        case Fault.RESET_BEFORE | Fault.HANG_BEFORE:
            return Reply(body=b"", fault=plan.fault)
        case Fault.HTTP_500_BEFORE:
            return Reply(body=PAGE, status=500, content_type="text/html", fault=plan.fault)
    code = plan.code or _CODES.get(plan.fault, "OperationDenied")
    raise ApiError(code, plan.message or f"Refused by the sandbox: {plan.fault.value}.")


def _body(response: dict[str, object]) -> bytes:
    # An error names what was sent, which can hold half a character.
    return json.dumps({"Response": response}, ensure_ascii=False).encode(errors="replace")
