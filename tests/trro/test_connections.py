"""Connections are reused, never a stale one, and no answer reaches another call than its own."""

import json
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from recordings.trro import gateway as gateway_module
from recordings.trro import pool
from recordings.trro.failures import MomentMissed
from recordings.trro.outcome import Accepted
from recordings.trro.pool import Connection
from recordings.trro.requests import DeleteCloudRecording
from tests.trro.certificates import Authority
from tests.trro.conftest import Serve
from tests.trro.faulty import Visit
from tests.trro.samples import (
    GOOD_ANSWER,
    GOOD_BODY,
    REQUEST_ID,
    TASK_ID,
    answering,
    body,
    gateway_to,
    http,
    kind_and_code,
    start,
    stop,
)


def echo_device(visit: Visit) -> None:
    """Answers with the device's id as the TaskId."""
    while request := visit.read_request():
        device_id = json.loads(request.partition(b"\r\n\r\n")[2])["DeviceId"]
        visit.send(http(body(TaskId=device_id, RequestId=REQUEST_ID)))


@pytest.mark.parametrize("over_tls", [False, True])
def test_one_connection_serves_many_calls(serve: Serve, authority: Authority, over_tls: bool) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server() if over_tls else None)
    gateway = gateway_to(server, ca_file=authority.ca_file)
    assert {kind_and_code(gateway.call(start())) for _ in range(5)} == {("Accepted", "")}
    assert server.connections == 1


@pytest.mark.parametrize("over_tls", [False, True])
def test_a_call_that_missed_its_moment_sends_nothing_and_leaves_its_connection_to_the_next(
    serve: Serve, authority: Authority, over_tls: bool
) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server() if over_tls else None)
    gateway = gateway_to(server, ca_file=authority.ca_file)

    def too_late() -> None:
        raise MomentMissed

    for _ in range(3):
        with pytest.raises(MomentMissed):
            gateway.call(start(), before_send=too_late)
        time.sleep(0.05)  # the session tickets of TLS 1.3 are here now
    assert kind_and_code(gateway.call(start())) == ("Accepted", "")
    assert server.connections == 1


def test_a_connection_that_the_server_closes_before_the_moment_is_replaced(serve: Serve) -> None:
    waited, closed = threading.Event(), threading.Event()

    def close_the_first(visit: Visit) -> None:
        if visit.server.connections == 1:
            waited.wait(5)
            visit.sock.close()
            closed.set()
        answering(GOOD_ANSWER)(visit)

    server = serve(close_the_first)

    def wait_for_the_close() -> None:
        waited.set()
        assert closed.wait(5)
        time.sleep(0.05)

    assert kind_and_code(gateway_to(server).call(start(), before_send=wait_for_the_close)) == ("Accepted", "")
    assert (server.connections, len(server.requests)) == (2, 1)


def test_threads_share_a_gateway_without_mixing_answers_up(serve: Serve) -> None:
    server = serve(echo_device)
    gateway = gateway_to(server, deadline_seconds=10)

    def call(number: int) -> bool:
        outcome = gateway.call(start(f"truck_{number}"))
        return isinstance(outcome, Accepted) and outcome.task_id == f"truck_{number}"

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert all(threads.map(call, range(1000)))
    assert server.connections <= 20


def test_mark_of_bytes_sent_is_each_calls_own(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call inside another, as threads would have it: had they one mark, the outer would pass for never sent."""
    gateway = gateway_to(serve(answering(GOOD_ANSWER)))
    inner = []

    class Interrupted(DeleteCloudRecording):
        def params(self) -> dict[str, Any]:
            inner.append(kind_and_code(gateway.call(stop())))
            return super().params()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(gateway_module, "judge", fail)
    outer = kind_and_code(gateway.call(Interrupted(task_id=TASK_ID)))
    assert [outer] == inner == [("Unknown", "AnswerLost.Unexpected")]


def test_connection_closed_by_the_server_is_not_reused(serve: Serve) -> None:
    closed = threading.Event()

    def answer_and_close(visit: Visit) -> None:
        visit.read_request()
        visit.send(GOOD_ANSWER)
        visit.sock.close()
        closed.set()

    server = serve(answer_and_close)
    gateway = gateway_to(server)
    for _ in range(3):
        assert kind_and_code(gateway.call(start())) == ("Accepted", "")
        assert closed.wait(5)
        closed.clear()
    assert server.connections == 3


def test_connection_idle_for_long_is_not_reused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(answering(GOOD_ANSWER))
    gateway = gateway_to(server)
    gateway.call(start())
    monkeypatch.setattr(pool, "MAX_IDLE_SECONDS", 0)
    assert kind_and_code(gateway.call(start())) == ("Accepted", "")
    assert server.connections == 2


@pytest.mark.parametrize(
    "surplus",
    [
        pytest.param(http(body(TaskId="of-nobody", RequestId=REQUEST_ID)), id="a second answer"),
        pytest.param(b"x", id="a byte"),
    ],
)
def test_connection_that_said_more_than_its_answer_is_not_reused(serve: Serve, surplus: bytes) -> None:
    server = serve(answering(GOOD_ANSWER + surplus))
    gateway = gateway_to(server)
    for _ in range(2):
        outcome = gateway.call(start())
        assert isinstance(outcome, Accepted)
        assert outcome.task_id == TASK_ID
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(http(GOOD_BODY, "Connection: close"), id="close"),
        pytest.param(GOOD_ANSWER.replace(b"HTTP/1.1", b"HTTP/1.0"), id="HTTP/1.0"),
        pytest.param(http(GOOD_BODY, status="500 Oops"), id="500"),
        pytest.param(http(GOOD_BODY, "Content-Encoding: br"), id="unreadable"),
    ],
)
def test_connection_is_not_reused_after_such_an_answer(serve: Serve, answer: bytes) -> None:
    server = serve(answering(answer))
    gateway = gateway_to(server)
    assert kind_and_code(gateway.call(start())) == kind_and_code(gateway.call(start()))
    assert (len(server.requests), server.connections) == (2, 2)


def test_connection_of_another_process_is_not_used() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection = Connection(ours, idle_since=float("inf"))
        assert connection.is_fresh()
        connection.process = os.getppid()
        assert not connection.is_fresh()


def test_idle_connections_are_few(serve: Serve) -> None:
    together = threading.Barrier(12)

    def meet(visit: Visit) -> None:
        visit.read_request()
        together.wait(5)
        visit.send(GOOD_ANSWER)
        visit.wait_until_client_goes()

    server = serve(meet)
    gateway = gateway_to(server, deadline_seconds=10)
    with ThreadPoolExecutor(max_workers=12) as threads:
        outcomes = list(threads.map(lambda _: kind_and_code(gateway.call(start())), range(12)))
    assert set(outcomes) == {("Accepted", "")}
    assert len(gateway._pool._idle) <= pool.MAX_IDLE_CONNECTIONS


def test_gateway_can_be_used_after_close(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    gateway = gateway_to(server)
    gateway.call(start())
    gateway.close()
    assert kind_and_code(gateway.call(start())) == ("Accepted", "")
    assert server.connections == 2
