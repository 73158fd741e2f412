"""Forged callbacks by the thousand: none is believed, none makes an error, and nothing is written for any of them."""

import logging
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from recordings.callbacks import rejections
from recordings.callbacks.body import MAX_BYTES
from recordings.models import CallbackEvent
from recordings.sandbox.events import event
from recordings.trro.signatures import sign
from tests.factories import make_project

from .figures import Figures
from .posts import KEY, Posting, open_posting, register
from .servers import web_server
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
FORGERIES = size(small=1_500, full=100_000)
LARGE = size(small=5, full=500)
OVER_THE_WIRE = size(small=8, full=60)
OTHER_KEY = "the-key-of-another-project-0123456789"
HUGE = b"x" * (10 * MAX_BYTES)
LARGEST = "10 MiB"
DEEP = b'{"EventType":301,"EventInfo":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
Forgery = tuple[bytes, str | None]
"""A body, and its signature; None is none."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
    rejections.forget()


def test_no_forgery_is_believed_makes_an_error_or_is_written_down(figures: Figures) -> None:
    dice = random.Random(7)
    answers: Counter[tuple[str, int]] = Counter()
    statements: Counter[str] = Counter()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements[sql.lstrip().split(" ", 1)[0].upper()] += 1
        return execute(sql, params, many, context)

    with open_posting() as posting:
        register(make_project(account=posting.project.account), OTHER_KEY)
        rejections.forget()
        before = _rows()
        kinds = [kind for kind in WAYS if kind != LARGEST]
        client = Client()
        with connection.execute_wrapper(watch):
            for number in range(FORGERIES):
                kind = kinds[number % len(kinds)] if number >= LARGE else LARGEST
                body, signature = WAYS[kind](_body(number), dice)
                answers[kind, _post(posting, client, body, signature, kind)] += 1
        assert _rows() == before
        assert set(statements) <= {"SELECT"}
        assert {status for _, status in answers} == {401, 413}
        assert {kind for kind, status in answers if status == 413} == {LARGEST}
        counted = sum(times for (kind, status), times in answers.items() if status == 401 and kind != "unknown token")
        rejections.flush()
        posting.project.refresh_from_db()
        assert posting.project.callbacks_rejected == counted
        assert posting.post(_body(-1), client=client) == 200
        assert CallbackEvent.objects.count() == 1
    for (kind, status), times in sorted(answers.items()):
        figures.add(kind, times, f"each answered {status}")
    figures.add("statements that write", sum(times for word, times in statements.items() if word != "SELECT"))


def test_over_the_wire_bodies_without_and_with_a_lying_length_are_refused_too(figures: Figures, own_var: Path) -> None:
    statuses: Counter[int] = Counter()
    with open_posting() as posting, web_server(var_dir=own_var) as server:
        before = _rows()
        good = _body(0)
        signed = sign(KEY.encode(), good)
        path = f"/callbacks/{posting.project.callback_token}/"
        for number in range(OVER_THE_WIRE):
            head, body = _raw(number, path, good, signed)
            statuses[_status_of(server.port, head.encode("latin-1") + b"\r\n\r\n" + body)] += 1
        assert _rows() == before
        assert "Traceback" not in server.log
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (good[:50], good[50:])) + b"0\r\n\r\n"
        whole = _head(path, f"Sign: {signed}", "Transfer-Encoding: chunked").encode() + b"\r\n\r\n" + chunks
        assert _status_of(server.port, whole) == 200, "what is right counts in pieces as well"
    assert not {status for status in statuses if status >= 500 or status == 200}
    figures.add("over the wire", sum(statuses.values()), str(dict(sorted(statuses.items()))))


def _rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("recordings").get_models()}


def _body(number: int) -> bytes:
    return event(302, {"LeaveCode": 0}, room="room", robot="robot", task_id=f"-forged-{number}", at=1_700_000_000)


def _flipped(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def _right(body: bytes) -> str:
    return sign(KEY.encode(), body)


WAYS: dict[str, Callable[[bytes, random.Random], Forgery]] = {
    "no signature": lambda body, dice: (body, None),
    "empty signature": lambda body, dice: (body, dice.choice(["", " ", "="])),
    "wrong key": lambda body, dice: (body, sign(dice.randbytes(32), body)),
    "empty key": lambda body, dice: (body, sign(b"", body)),
    "key of another project": lambda body, dice: (body, sign(OTHER_KEY.encode(), body)),
    "hex": lambda body, dice: (body, dice.randbytes(32).hex()),
    "truncated signature": lambda body, dice: (body, _right(body)[: dice.randrange(44)]),
    "bit flipped in the signature": lambda body, dice: (body, _flipped(_right(body).encode(), dice).decode("latin-1")),
    "bit flipped in the body": lambda body, dice: (_flipped(body, dice), _right(body)),
    "truncated body": lambda body, dice: (body[: dice.randrange(len(body))], _right(body)),
    "replayed signature": lambda body, dice: (body, _right(body + b" ")),
    "not ASCII": lambda body, dice: (body, dice.choice(["签名", "é" * 44, "\xff\xfe", "🚜"])),
    "control characters": lambda body, dice: (body, _right(body)[:20] + dice.choice("\x00\x1b\x7f\t")),
    "endless signature": lambda body, dice: (body, "A" * dice.choice([45, 1000, 60_000])),
    "deeply nested": lambda body, dice: (DEEP, _right(body)),
    "not UTF-8": lambda body, dice: (dice.randbytes(200), _right(body)),
    "unknown token": lambda body, dice: (body, _right(body)),
    LARGEST: lambda body, dice: (HUGE, _right(body)) if dice.random() < 0.5 else (HUGE, None),
}


def _post(posting: Posting, client: Client, body: bytes, signature: str | None, kind: str) -> int:
    token = "nobodys" if kind == "unknown token" else posting.project.callback_token
    headers = {} if signature is None else {"Sign": signature}
    return client.post(f"/callbacks/{token}/", body, content_type="application/json", headers=headers).status_code


def _head(path: str, *headers: str) -> str:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers])


def _raw(number: int, path: str, good: bytes, signed: str) -> tuple[str, bytes]:
    """One way to be wrong on the wire."""
    piece = b"x" * 65536
    endless = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for _ in range(160)) + b"0\r\n\r\n"
    ways = (
        (_head(path, f"Sign: {signed}", "Transfer-Encoding: chunked"), endless),
        (_head(path, "Transfer-Encoding: chunked"), b"5\r\nhello\r\n0\r\n\r\n"),
        (_head(path, f"Sign: {signed}", f"Content-Length: {len(good) - 5}"), good),
        (_head(path, f"Sign: {signed}", f"Content-Length: {20 * MAX_BYTES}"), b"x"),
        (_head(path, f"Sign: {signed}", "Content-Length: -1"), good),
        (_head(path, f"Sign: {signed}"), good),
        (_head(path, f"Sign: {signed}é\xff", f"Content-Length: {len(good)}"), good),
        (_head(path, f"Sign: {signed}", f"Sign: {signed}", f"Content-Length: {len(good)}"), good),
    )
    return ways[number % len(ways)]


def _status_of(port: int, raw: bytes) -> int:
    """The status of the answer; 0 when the server hung up without one."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        with suppress(OSError):  # it may have said no already
            wire.sendall(raw)
        try:
            answer = wire.recv(100)
        except OSError:
            return 0
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0
