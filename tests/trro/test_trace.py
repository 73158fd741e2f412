"""How a call was signed, as a user who checks a key is shown it: the very bytes, without the key."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from recordings.trro.gateway import Account, Gateway
from recordings.trro.outcome import Accepted, Refused
from recordings.trro.requests import DescribeProjectList
from recordings.trro.trace import Trace, seconds_ahead

API_ID, API_KEY = "AKIDexample", "canary-of-the-api-key"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SandboxConfig(accounts={API_ID: API_KEY}, calls_per_second=0)) as running:
        yield running


def traced(endpoint: str) -> Trace:
    account = Account(endpoint=endpoint, region="", secret_id=API_ID, secret_key=API_KEY)
    return Gateway(account, allow_loopback_http=True).traced_call(DescribeProjectList(page_size=1))


def test_the_shown_string_is_the_one_that_was_signed(sandbox: Sandbox) -> None:
    trace = traced(sandbox.url)
    assert isinstance(trace.outcome, Accepted)
    assert trace.signature
    key = f"TC3{API_KEY}".encode()
    for part in trace.signature.string_to_sign.splitlines()[2].split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, trace.signature.string_to_sign.encode(), "sha256").hexdigest()
    assert f"Signature={signature[:8]}…" in trace.signature.authorization


def test_the_shown_request_is_the_one_whose_hash_was_signed(sandbox: Sandbox) -> None:
    signature = traced(sandbox.url).signature
    assert signature
    digest = hashlib.sha256(signature.canonical_request.encode()).hexdigest()
    assert signature.string_to_sign.endswith(digest)
    assert f"host:{sandbox.url.removeprefix('http://')}" in signature.canonical_request


def test_neither_the_key_nor_a_usable_signature_is_shown(sandbox: Sandbox) -> None:
    shown = repr(traced(sandbox.url))
    assert API_KEY not in shown
    assert "Signature=" in shown
    assert len(shown.partition("Signature=")[2].partition("…")[0]) == 8


def test_the_clocks_of_one_machine_agree_to_a_second(sandbox: Sandbox) -> None:
    ahead = traced(sandbox.url).seconds_ahead
    assert ahead is not None
    assert abs(ahead) < 2


def test_without_a_connection_nothing_is_known_of_the_clock() -> None:
    trace = traced("http://127.0.0.1:9")
    assert isinstance(trace.outcome, Refused)
    assert (trace.seconds_ahead, bool(trace.signature)) == (None, True)


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Xyz 2026 00:00:00 GMT", "0", "\x00"])
def test_a_date_that_cannot_be_read_tells_nothing(date: str) -> None:
    assert seconds_ahead(date, sent_at=0, received_at=0) is None


def test_a_clock_that_is_ahead_is_shown_by_how_much() -> None:
    now = time.time()
    found = seconds_ahead(formatdate(now + 400, usegmt=True), sent_at=now - 1, received_at=now + 1)
    assert found is not None
    assert 399 <= found <= 401
