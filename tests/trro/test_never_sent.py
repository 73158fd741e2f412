"""Whatever fails before the first byte of the request started nothing, and is refused."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from recordings.trro.deadline import Deadline
from recordings.trro.endpoint import Endpoint
from recordings.trro.failures import NeverSent
from recordings.trro.gateway import Account, Gateway
from recordings.trro.outcome import Refused
from recordings.trro.pool import Connection
from recordings.trro.transport import Exchange
from tests.trro.conftest import Serve
from tests.trro.samples import (
    DEADLINE,
    GOOD_ANSWER,
    SECRET_KEY,
    SLACK,
    account,
    answering,
    assert_never_sent,
    gateway_to,
    kind_and_code,
    start,
)

NAMED = {"extra_hosts": ["nowhere.invalid"], "deadline_seconds": DEADLINE}


def test_refused_port_is_refused(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    gateway = gateway_to(server)
    server.close()
    assert_never_sent(gateway.call(start()), "NetworkError.ConnectRefused")


def test_name_that_does_not_exist_is_refused() -> None:
    outcome = Gateway(account("nowhere.invalid"), **NAMED).call(start())
    assert_never_sent(outcome, "NetworkError.NameNotResolved")


def test_resolver_that_hangs_is_bounded_by_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(5) and [])
    begun = time.monotonic()
    outcome = Gateway(account("nowhere.invalid"), **NAMED).call(start())
    done.set()
    assert_never_sent(outcome, "NetworkError.NameNotResolved")
    assert time.monotonic() - begun < DEADLINE + SLACK


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (OSError(101, "Network is unreachable"), "NetworkError.ConnectFailed"),
        (UnicodeError("label too long"), "NetworkError.NameNotResolved"),
    ],
)
def test_resolver_that_fails_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, failure: Exception, code: str) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    begun = time.monotonic()
    assert_never_sent(Gateway(account("nowhere.invalid"), **{**NAMED, "deadline_seconds": 5}).call(start()), code)
    assert time.monotonic() - begun < SLACK


@contextlib.contextmanager
def full_listener() -> Iterator[str]:
    """A port whose queue of connections is full, so that further ones are left without an answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as waiting:
        for _ in range(4):
            sock = waiting.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_connect_timeout_is_refused() -> None:
    begun = time.monotonic()
    with full_listener() as url:
        outcome = Gateway(account(url), deadline_seconds=DEADLINE, allow_loopback_http=True).call(start())
    assert_never_sent(outcome, "NetworkError.ConnectTimeout")
    assert time.monotonic() - begun < DEADLINE + SLACK


def test_address_that_swallows_packets_leaves_time_for_the_next(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(answering(GOOD_ANSWER))
    with full_listener() as url:
        dead = int(url.rpartition(":")[2])
        addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in (dead, server.port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
        assert kind_and_code(gateway_to(server).call(start())) == ("Accepted", "")


def test_deadline_already_passed_sends_nothing(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    outcome = gateway_to(server, deadline_seconds=1e-9).call(start())
    assert isinstance(outcome, Refused)
    assert outcome.repeatable
    assert server.requests == []


def test_deadline_that_passes_while_connecting_sends_nothing() -> None:
    """The clock is looked at once more between the connection and the mark."""
    ours, theirs = socket.socketpair()
    endpoint = Endpoint.parse("trro.tencentcloudapi.com")
    pool = SimpleNamespace(take=lambda _: Connection(ours))
    exchange = Exchange(endpoint, pool, Deadline(-1))
    signed = SimpleNamespace(host=endpoint.authority, method="POST", uri="/", header={}, data="{}")
    with theirs, pytest.raises(NeverSent):
        exchange.send_request(signed)
    assert not exchange.sent


@pytest.mark.parametrize("changes", [{"region": "ap\r\nX-Smuggled: 1"}, {"secret_id": "AKID\nid"}, {"region": "广州"}])
def test_setting_that_would_smuggle_a_header_is_not_sent(serve: Serve, changes: dict[str, str]) -> None:
    server = serve(answering(GOOD_ANSWER))
    settings = {"region": "", "secret_id": "AKIDexample", **changes}
    gateway = Gateway(Account(endpoint=server.url, secret_key=SECRET_KEY, **settings), allow_loopback_http=True)
    assert_never_sent(gateway.call(start()), "ClientError.NotSent", repeatable=False)
    assert server.connections == 0


def test_mistake_of_ours_before_sending_is_refused_without_its_text(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    outcome = gateway_to(server).call(start(video_stream_id=object()))
    assert outcome == Refused(code="ClientError.NotSent", message="TypeError")
    assert server.connections == 0
