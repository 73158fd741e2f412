"""Every call ends by its deadline and costs a bounded amount of memory, whatever the other side sends."""

import contextlib
import gzip
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from recordings.trro.gateway import Gateway
from recordings.trro.outcome import Accepted, Outcome
from recordings.trro.response_reader import MAX_BODY, MAX_HEADERS
from tests.trro.certificates import Authority
from tests.trro.conftest import Serve
from tests.trro.faulty import Script, Visit
from tests.trro.samples import (
    DEADLINE,
    GOOD_ANSWER,
    GOOD_BODY,
    SLACK,
    answering_once,
    gateway_to,
    http,
    kind_and_code,
    start,
)

MIB = 1024 * 1024
HEAD, _, _ = GOOD_ANSWER.partition(b"Content-Type")


def timed_call(gateway: Gateway) -> Outcome:
    begun = time.monotonic()
    outcome = gateway.call(start())
    assert time.monotonic() - begun < DEADLINE + SLACK
    return outcome


def hang(visit: Visit) -> None:
    visit.read_request()
    visit.wait_until_client_goes()


def dripping(fast: bytes, slow: bytes) -> Script:
    def script(visit: Visit) -> None:
        visit.read_request()
        visit.send(fast)
        visit.drip(slow)

    return script


def test_answer_that_never_comes_is_unknown_at_the_deadline(serve: Serve) -> None:
    assert kind_and_code(timed_call(gateway_to(serve(hang)))) == ("Unknown", "AnswerLost.Timeout")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(dripping(b"", GOOD_ANSWER), id="status line"),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\n", b"X-Padding: 1\r\n" * 80), id="headers"),
        pytest.param(dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), id="one Continue after the other"),
        pytest.param(dripping(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 500), id="body without length"),
        pytest.param(dripping(HEAD + b"\r\n", GOOD_BODY), id="body"),
        pytest.param(
            dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 99),
            id="chunks",
        ),
    ],
)
@pytest.mark.parametrize("over_tls", [False, True])
def test_dripping_answer_is_unknown_at_the_deadline(
    serve: Serve, authority: Authority, script: Script, over_tls: bool
) -> None:
    server = serve(script, authority.server() if over_tls else None)
    outcome = timed_call(gateway_to(server, ca_file=authority.ca_file))
    assert kind_and_code(outcome) == ("Unknown", "AnswerLost.DeadlinePassed")


def test_dripping_body_of_a_failed_answer_is_not_waited_for_beyond_the_deadline(serve: Serve) -> None:
    head = b"HTTP/1.1 500 Oops\r\nContent-Length: 500\r\n\r\n"
    outcome = timed_call(gateway_to(serve(dripping(head, b" " * 500))))
    assert kind_and_code(outcome) == ("Unknown", "AnswerLost.Status500")


@contextlib.contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """Holds the peak of what the block allocates, in bytes."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit


def endless(head: bytes, piece: bytes) -> Script:
    def script(visit: Visit) -> None:
        visit.read_request()
        visit.send(head)
        while True:
            visit.send(piece)

    return script


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\n", id="200 MiB announced"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="nothing announced"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", id="a huge chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Padding: ", id="a header line"),
        pytest.param(b"HTTP/1.1 ", id="the status line"),
    ],
)
def test_endless_answer_is_unknown_at_once_and_costs_little(serve: Serve, head: bytes) -> None:
    gateway = gateway_to(serve(endless(head, b" " * 65536)), deadline_seconds=5)
    with memory_below(6 * MIB):
        kind, code = kind_and_code(gateway.call(start()))
    assert kind == "Unknown"
    assert code in ("AnswerLost.TooLarge", "AnswerLost.NotHttp")


def test_endless_headers_are_unknown(serve: Serve) -> None:
    padding = b"X-Padding: " + b"x" * 1000 + b"\r\n"
    gateway = gateway_to(serve(endless(b"HTTP/1.1 200 OK\r\n", padding)), deadline_seconds=5)
    assert kind_and_code(gateway.call(start())) == ("Unknown", "AnswerLost.TooLarge")


def test_large_body_of_a_failed_answer_costs_little(serve: Serve) -> None:
    head = b"HTTP/1.1 500 Oops\r\nContent-Length: 209715200\r\n\r\n"
    gateway = gateway_to(serve(endless(head, b" " * 65536)), deadline_seconds=5)
    with memory_below(6 * MIB):
        assert kind_and_code(gateway.call(start())) == ("Unknown", "AnswerLost.Status500")


def test_gzip_bomb_is_unknown_and_costs_little(serve: Serve) -> None:
    bomb = gzip.compress(bytes(200 * MIB), compresslevel=1)
    gateway = gateway_to(serve(answering_once(http(bomb, "Content-Encoding: gzip"))), deadline_seconds=5)
    with memory_below(6 * MIB):
        assert kind_and_code(gateway.call(start())) == ("Unknown", "AnswerLost.TooLarge")


@pytest.mark.parametrize(("size", "kind"), [(MAX_BODY, "Accepted"), (MAX_BODY + 1, "Unknown")])
@pytest.mark.parametrize("packed", [False, True])
def test_body_may_have_a_mebibyte_and_no_more(serve: Serve, size: int, kind: str, packed: bool) -> None:
    content = GOOD_BODY.ljust(size)
    answer = http(gzip.compress(content), "Content-Encoding: gzip") if packed else http(content)
    outcome = gateway_to(serve(answering_once(answer)), deadline_seconds=5).call(start())
    assert type(outcome).__name__ == kind


def test_headers_below_their_limit_are_taken(serve: Serve) -> None:
    padding = "X-Padding: " + "x" * (MAX_HEADERS - 200)
    server = serve(answering_once(http(GOOD_BODY, padding)))
    assert isinstance(gateway_to(server).call(start()), Accepted)
