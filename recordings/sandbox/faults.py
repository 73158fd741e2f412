"""What can go wrong on purpose, and which call it goes wrong for.

A plan is made by configuration, by the control endpoint or by the dice; `service` takes at most one for each
valid call. A fault of the content is then played by `replies`, one of the wire by `misbehaviour`.
"""

from dataclasses import dataclass
from enum import Enum


class Fault(Enum):
    """Each docstring says whether the call is carried out: for a start, whether a task runs afterwards.

    What the vendor refuses anyway is not carried out; the fault then plays with the refusal.
    """

    REFUSE = "refuse"
    """An error body with the plan's code. Nothing is started."""
    REQUEST_LIMIT = "request_limit"
    """The error RequestLimitExceeded. Nothing is started."""
    INTERNAL_ERROR = "internal_error"
    """The error InternalError. Nothing is started."""
    RESTRICTED_CONCURRENCY = "restricted_concurrency"
    """The error FailedOperation.RestrictedConcurrency. Nothing is started."""
    CHARSET_ERROR = "charset_error"
    """An error body as `application/json; charset=utf-8`, which the SDK overlooks. Nothing is started."""
    UPPER_CASE_ERROR = "upper_case_error"
    """An error body as `Application/JSON`, which the SDK overlooks. Nothing is started."""
    UNTYPED_ERROR = "untyped_error"
    """An error body without a content type, which the SDK overlooks. Nothing is started."""
    ERROR_NO_REQUEST_ID = "error_no_request_id"
    """An error body without RequestId, of which the SDK loses the code. Nothing is started."""
    RESET_BEFORE = "reset_before"
    """The request is read, then the connection is reset. Nothing is started."""
    HANG_BEFORE = "hang_before"
    """The request is read and never answered. Nothing is started."""
    HTTP_500_BEFORE = "500_before"
    """Status 500. Nothing is started."""

    RESET_AFTER = "reset_after"
    """The task is STARTED, then the connection is reset."""
    HANG = "hang"
    """The task is STARTED and the request never answered, until the client goes."""
    DRIP = "drip"
    """The task is STARTED; the right answer comes one byte at a time, slowly."""
    HTTP_500_AFTER = "500_after"
    """The task is STARTED; status 500."""
    HTML = "html"
    """The task is STARTED; status 200 with an HTML page."""
    CHARSET = "charset"
    """The task is STARTED; the right answer comes under `application/json; charset=utf-8`."""
    CUT = "cut"
    """The task is STARTED; Content-Length promises more than the body, then the connection ends."""
    EMPTY = "empty"
    """The task is STARTED; status 200 with an empty body."""
    NO_TASK_ID = "no_task_id"
    """The task is STARTED; the answer lacks the TaskId."""
    NO_REQUEST_ID = "no_request_id"
    """The task is STARTED; the answer lacks the RequestId."""
    REDIRECT_307 = "redirect_307"
    """The task is STARTED; a redirect that starts a SECOND task if it is followed."""
    HUGE_BODY = "huge_body"
    """The task is STARTED; a right answer with 200 MiB of padding in it."""
    GZIP_BOMB = "gzip_bomb"
    """The task is STARTED; the same 200 MiB, packed into some 200 KiB."""
    TASK_ID_NUMBER = "task_id_number"
    """The task is STARTED; the TaskId in the answer is a number."""
    TASK_ID_EMPTY = "task_id_empty"
    """The task is STARTED; the TaskId in the answer is an empty string."""
    TASK_ID_LONG = "task_id_long"
    """The task is STARTED; the TaskId in the answer is 100 kB long."""
    TASK_ID_NON_ASCII = "task_id_non_ascii"
    """The task is STARTED; the TaskId in the answer holds Chinese characters."""

    @property
    def acts(self) -> bool:
        """Whether the call is carried out all the same."""
        return self not in _NOTHING_DONE


_NOTHING_DONE = frozenset(
    {
        Fault.REFUSE,
        Fault.REQUEST_LIMIT,
        Fault.INTERNAL_ERROR,
        Fault.RESTRICTED_CONCURRENCY,
        Fault.CHARSET_ERROR,
        Fault.UPPER_CASE_ERROR,
        Fault.UNTYPED_ERROR,
        Fault.ERROR_NO_REQUEST_ID,
        Fault.RESET_BEFORE,
        Fault.HANG_BEFORE,
        Fault.HTTP_500_BEFORE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """One fault for the next calls that fit.

    `code` and `message` count for the faults that answer an error body. An empty `action` or `device_id` fits
    every one. `times` is how many calls it meets, None for all of them.
    """

    fault: Fault
    code: str = ""
    message: str = ""
    action: str = "CreateCloudRecording"
    device_id: str = ""
    times: int | None = 1

    def fits(self, action: str, device_id: str) -> bool:
        """Whether a call of this action, on this device (empty when it names none), is meant."""
        return self.action in ("", action) and self.device_id in ("", device_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomFaults:
    """Faults by the dice: each call of `action` (empty: any) fails with `probability`, 0 to 1."""

    probability: float
    seed: int
    faults: tuple[Fault, ...]
    action: str = "CreateCloudRecording"
