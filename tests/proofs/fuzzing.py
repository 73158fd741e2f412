"""Requests as an attacker would try them: real pages' fields and parameters, one or more of them replaced."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

ECHO = "<fz\"'>"
"""Must never stand like this in a page."""

NUMBERS = ["9223372036854775808", "9223372036854775807", "2147483648", "-1", "0", "9" * 400, "9" * 5000]
VALUES = [
    *NUMBERS, "", "\0", "a\0", ECHO, f"x{ECHO}" * 40, "１２", "\u202e\u2066", "A" * 2000, "%00", "%zz", "../../etc",
    "2026-13-45", "0001-01-01T00:00", "9999-12-31T23:59:59", "2026-11-28T25:00+99:99", "'; --", "{", "[]", "null", "1",
    '{"id":"\\ud800","rawId":"x","response":{}}', "00000000-0000-4000-8000-000000000000", "//evil.example", "http://[",
    "\ud800", "ﬁ" * 150, "true", "on", "-" * 30, "a:b:c", "\r\nX: y", "=1+1", "\\", "zh-hans", "gAAAA",
]  # fmt: skip
PARAMETERS = [
    "q", "project", "device", "state", "since", "until", "after", "cursor", "id", "next", "page", "selection",
    "decision", "reason", "attention", "error_code", "code", "error", "action", "format", "language", "process",
]  # fmt: skip
HEADERS = [
    "accept", "accept-encoding", "accept-language", "hx-boosted", "hx-current-url", "hx-history-restore-request",
    "hx-request", "hx-target", "hx-trigger", "if-modified-since", "if-none-match", "origin", "range", "referer", "sign",
    "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-refreshes-itself", "x-csrftoken",
    "x-requested-with", "x-request-id", "x-correlation-id", "forwarded", "host", "content-encoding",
]  # fmt: skip
COOKIES = ["sessionid", "csrftoken", "messages", "known_for", "django_language", "other"]
TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=\u00e9", "application/json", "text/plain", "x",
    "",
    "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded; charset=nonsense",
]  # fmt: skip
BODIES = [
    b"", b"\xff\xfea\0", b"a" * 3000, b"a=&" * 2000, b"\0" * 50, b"--x\r\n", b"{" * 5000,
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a\0"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n',
    b"x" * 300_000,
]  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Request:
    """One request of a test client."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] | None = None
    content_type: str = "application/x-www-form-urlencoded"
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        query = _encoded(self.query)[:3500]
        return f"{self.path}?{query}" if query else self.path

    @property
    def body(self) -> bytes:
        return self.raw if self.raw is not None else _encoded(self.fields or {}).encode()


def _encoded(values: dict[str, Any]) -> str:
    return urlencode(values, doseq=True, errors="surrogatepass")


FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"[^>]*>", re.DOTALL)
VALUE = re.compile(r"\bvalue=\"([^\"]*)\"")
OPTION = re.compile(r"<option value=\"([^\"]+)\"")


def fields_of(html: str) -> dict[str, str]:
    """The names of the fields on a page, each with a value that the page offers for it."""
    found: dict[str, str] = {}
    for match in FIELD.finditer(html):
        value = VALUE.search(match[0])
        option = OPTION.search(html, match.end()) if match[0].startswith("<select") else None
        found[unescape(match[1])] = unescape((option or value or "x")[1] if option or value else "x")
    return found


class Fuzzer:
    """Makes requests to one URL after another; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def request(self, path: str, fields: dict[str, str]) -> Request:
        """A request to this path, whose page has these fields, with a few things replaced."""
        method = self._random.choices(["GET", "POST", "PUT", "HEAD", "DELETE"], [45, 45, 4, 4, 2])[0]
        made = Request(method=method, path=path, fields=dict(fields))
        if method in {"GET", "HEAD"}:
            made.query, made.fields = dict(fields) if self._random.random() < 0.5 else {}, None
        for _ in range(self._random.randint(1, 3)):
            self._random.choices(self._CHANGES, [8, 10, 4, 3, 2])[0](self, made)
        return made

    def path(self, path: str) -> str:
        """The path, now and then with one of its numbers replaced."""
        if self._random.random() < 0.2:
            numbers = list(re.finditer(r"(?<=/)\d+(?=/)", path))
            if numbers:
                chosen = self._random.choice(numbers)
                return path[: chosen.start()] + self._random.choice(NUMBERS[:7]) + path[chosen.end() :]
        return path

    def _value(self) -> Any:
        value = self._random.choice(VALUES)
        return [value, self._random.choice(VALUES)] if self._random.random() < 0.1 else value

    def _parameter(self, made: Request) -> None:
        made.query[self._random.choice(PARAMETERS)] = self._value()

    def _field(self, made: Request) -> None:
        of = made.query if made.fields is None else made.fields
        names = [*of, *self._random.sample(PARAMETERS, 2)]
        of[self._random.choice(names)] = self._value()

    def _header(self, made: Request) -> None:
        value = self._random.choice(VALUES).encode(errors="surrogatepass").decode("latin-1")
        made.headers[self._random.choice(HEADERS)] = value.replace("\r", "").replace("\n", "").replace("\0", "")

    def _cookie(self, made: Request) -> None:
        value = self._random.choice(VALUES).encode(errors="surrogatepass").decode("latin-1")
        made.cookies[self._random.choice(COOKIES)] = re.sub(r"[\0-\x1f;]", "", value)

    def _body(self, made: Request) -> None:
        made.content_type = self._random.choice(TYPES)
        made.raw = self._random.choice(BODIES)

    _CHANGES: tuple[Callable[["Fuzzer", Request], None], ...] = (_parameter, _field, _header, _cookie, _body)
