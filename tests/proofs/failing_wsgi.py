"""The product's web server with faults inside: a request's header `X-Fail-At` names the place that breaks for it.

Everywhere secrets are near: in arguments, in what was opened, in what is about to be sent. As under Django's own
`runserver`, the request carries the whole environment.
"""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

from trroadmin.wsgi import application as product

from recordings import vault  # isort: skip (the product is set up by now)
from recordings.audit_log import record as audit  # isort: skip
from recordings.start import views  # isort: skip
from recordings.trro.gateway import Gateway  # isort: skip

current = threading.local()


class Broken(Exception):
    """Provoked."""


def break_at(owner: Any, name: str) -> None:
    """Let a function do its work, and then break, with its arguments and its result at hand."""
    real: Callable[..., Any] = getattr(owner, name)

    def breaks(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        if getattr(current, "place", "") == name:
            content = [argument.params() for argument in args if hasattr(argument, "params")]
            raise Broken(f"at {name}, with {len(content)} requests")
        return result

    setattr(owner, name, breaks)


for _owner, _name in (
    (vault, "read_keys"),
    (vault, "open_sealed"),
    (vault, "seal"),
    (audit, "mac_of"),
    (Gateway, "call"),
    (views, "start_recording"),
):
    break_at(_owner, _name)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    current.place = environ.get("HTTP_X_FAIL_AT", "")
    return product({**os.environ, **environ}, start_response)
