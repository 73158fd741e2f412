"""Callbacks: what is posted when something happens to a task, signed, and tried again by the vendor's rule.

Source: TRRO callbacks. The sender wants status 200 within five seconds; otherwise it repeats at once, then
every ten seconds until the message is a minute old.
"""

import base64
import hmac
import http.client
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from recordings.sandbox.clock import Background, Clock
from recordings.sandbox.config import is_loopback
from recordings.sandbox.journal import Entry, EntryKind, Journal
from recordings.sandbox.receivers import Receiver, Receivers

PAUSE = 10.0
OLDEST = 60.0


def sign(key: str, body: bytes) -> str:
    """The `Sign` header: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()


def next_try(*, created_at: float, failures: int, now: float) -> float | None:
    """When a message that failed so many times, the last time at `now`, is tried again; None for never."""
    due = now if failures == 1 else now + PAUSE
    return due if due - created_at <= OLDEST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One callback on its way; `entry` is what the journal will say of it."""

    body: bytes
    receiver: Receiver
    created_at: float
    entry: Entry


class Callbacks:
    """Sends from its own threads, so no answer of the API waits for a receiver. Only ever to loopback."""

    def __init__(
        self,
        *,
        clock: Clock,
        background: Background,
        journal: Journal,
        sdk_app_id: int,
        receivers: Receivers,
        timeout: float,
    ) -> None:
        self.receivers = receivers
        self._clock = clock
        self._background = background
        self._journal = journal
        self._sdk_app_id = sdk_app_id
        self._timeout = timeout

    def post(self, body: bytes, *, project_id: str, task_id: str = "", event_type: int | None = None) -> None:
        """Queue a callback for the project's receiver; without one nothing is sent."""
        receiver = self.receivers.of(project_id)
        if receiver.url:
            entry = Entry(kind=EntryKind.POSTED, project=project_id, task_id=task_id, event_type=event_type)
            now = self._clock.now()
            self._try_at(now, Message(body=body, receiver=receiver, created_at=now, entry=entry), failures=0)

    def _try_at(self, due: float, message: Message, *, failures: int) -> None:
        self._background.at(due, lambda _due: self._try(message, failures))

    def _try(self, message: Message, failures: int) -> None:
        status = self._deliver(message)
        posted = status == http.client.OK
        self._note(message, EntryKind.POSTED if posted else EntryKind.POST_FAILED, status, failures + 1)
        if posted:
            return
        due = next_try(created_at=message.created_at, failures=failures + 1, now=self._clock.now())
        if due is None:
            self._note(message, EntryKind.POST_GIVEN_UP, status, failures + 1)
        else:
            self._try_at(due, message, failures=failures + 1)

    def _note(self, message: Message, kind: EntryKind, status: int, attempt: int) -> None:
        self._journal.add(replace(message.entry, kind=kind, status=status, attempt=attempt))

    def _deliver(self, message: Message) -> int:
        """The receiver's status, 0 when there was no answer in time; redirects are not followed."""
        url = urlsplit(message.receiver.url)
        if not url.hostname or not is_loopback(url.hostname):
            return 0
        headers = {"Content-Type": "application/json", "SdkAppId": str(self._sdk_app_id)}
        if message.receiver.key:
            headers["Sign"] = sign(message.receiver.key, message.body)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname, url.port, timeout=self._timeout)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", path, message.body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
