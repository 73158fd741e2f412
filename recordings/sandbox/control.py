"""The control endpoint, `/_sandbox/…`: JSON in, JSON out, for tests and tools that steer the sandbox.

The paths are in `control_routes`.
"""

import json
import re
from urllib.parse import parse_qsl

from recordings.sandbox.control_routes import ROUTES
from recordings.sandbox.errors import ApiError
from recordings.sandbox.parameters import checked
from recordings.sandbox.parts import Parts
from recordings.sandbox.replies import JSON, Reply
from recordings.sandbox.signing import Headers

ROOT = "/_sandbox/"


def answer(parts: Parts, *, method: str, path: str, query: str, headers: Headers, body: bytes) -> Reply:
    """Carry out one request; an invalid one gets status 400, an unknown path 404.

    A GET has its parameters in the query, all others in a JSON object.
    """
    route = ROUTES.get((method, path.removeprefix(ROOT)))
    if route is None:
        return _reply({"error": f"no {method} {path} here"}, status=404)
    try:
        given = checked(_from_query(query) if method == "GET" else _from_body(headers, body), route.rules)
        return _reply(route.carry_out(parts, given))
    except ApiError as error:
        return _reply({"error": error.code, "message": error.message}, status=400)


def _from_query(query: str) -> dict[str, object]:
    return {name: int(text) if re.fullmatch(r"[0-9]{1,12}", text) else text for name, text in parse_qsl(query)}


def _from_body(headers: Headers, body: bytes) -> object:
    # A page in a browser can post a form to loopback, but not JSON without asking first: this keeps it out.
    if headers.get("Content-Type", "").split(";")[0] != JSON:
        raise ApiError("InvalidRequest", "The Content-Type must be application/json.")
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ApiError("InvalidParameter", "The body is not JSON.") from None


def _reply(answer: dict[str, object], *, status: int = 200) -> Reply:
    return Reply(body=json.dumps(answer, ensure_ascii=False).encode(), status=status)
