"""What can come of one call to the vendor: three outcomes, never two.

`Refused` promises that nothing was started. `Unknown` means that something may have been, and that the
answer is lost. The caller has to match all three.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

_ID = re.compile(r"[\x21-\x7e]{1,512}")


def is_id(value: object) -> TypeGuard[str]:
    """Whether `value` has the form of a TaskId or RequestId: 1 to 512 printable ASCII characters, no space.

    The vendor promises neither a length nor an alphabet. Its documents show 80 to 130 characters with `+ /
    - _ .`.
    """
    return isinstance(value, str) and _ID.fullmatch(value) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The vendor responded with what the action promises.

    `request_id` is empty when the vendor left it out or garbled it beside a good TaskId: the TaskId is the
    only handle to something that is billed and is never thrown away. `response` is the vendor's text as it
    came: it may hold anything.
    """

    request_id: str
    task_id: str = ""
    response: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The vendor, or the network before the request left, said no: nothing was started.

    After a few codes that is only probable: error_catalogue/entry.py, UNCERTAIN. No page promises more.

    `repeatable` says that a program may try again by itself, a bounded number of times.
    """

    code: str
    message: str
    request_id: str = ""
    repeatable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The request may have been acted on, and its response is lost or makes no sense."""

    code: str
    message: str
    request_id: str = ""


Outcome = Accepted | Refused | Unknown
