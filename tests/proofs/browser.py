"""A person's browser, as far as a form needs one: cookies, a kept-alive connection, a form's own hidden fields."""

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

from recordings.models import User
from tests.factories import signed_in

from .site import Ask

START = "/recordings/new/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of the web server."""

    status: int
    location: str
    text: str
    raw: bytes
    """Headers and body, as they came."""


class Browser:
    """A user who is signed in, on one connection. Raises OSError and HTTPException when the server goes."""

    def __init__(self, port: int, person: User | None = None, *, timeout: float = 30.0) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.seen: list[Page] = []
        if person:
            self._cookies = {name: cookie.value for name, cookie in signed_in(person).cookies.items()}

    def moves_to(self, port: int) -> None:
        """The server was started again elsewhere: the same cookies, another connection."""
        self._connection.close()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=self._connection.timeout)

    def get(self, path: str) -> Page:
        return self._ask("GET", path, "")

    def post(self, path: str, fields: dict[str, str]) -> Page:
        return self._ask("POST", path, urlencode(fields))

    def fill_in(self, path: str, fields: dict[str, str]) -> dict[str, str]:
        """What the page's form to itself would send, with these fields filled in. Raises KeyError without one."""
        forms = _Forms()
        forms.feed(self.get(path).text)
        return forms.by_action[path] | fields

    def start(self, ask: Ask, **fields: str) -> Page:
        """Open the start form, fill it in and press its button. The reference is the page's, not that of `ask`."""
        return self.post(START, self.fill_in(START, start_fields(ask) | fields))

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str) -> Page:
        headers = self.headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        for header in response.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self._cookies[name] = value
        content = response.read()
        page = Page(
            status=response.status,
            location=response.headers.get("Location", ""),
            text=content.decode(errors="replace"),
            raw=bytes(response.headers) + content,
        )
        self.seen.append(page)
        return page


def start_fields(ask: Ask) -> dict[str, str]:
    """The visible fields of the start form."""
    return {
        "project": str(ask.project_id),
        "device": str(ask.device_id),
        "video_stream_id": str(ask.video_stream_id),
        "storage": str(ask.storage_id),
        "output_format": "3",
        "max_media_file_duration": "60",
        "max_idle_time": "30",
        "file_name_prefix": "proof/web",
    }


class _Forms(HTMLParser):
    """The hidden fields of each form of a page, by where the form goes."""

    def __init__(self) -> None:
        super().__init__()
        self.by_action: dict[str, dict[str, str]] = {}
        self._current: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._current = self.by_action.setdefault(given.get("action", ""), {})
        elif tag == "input" and given.get("type") == "hidden" and self._current is not None:
            self._current[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._current = None
