"""Once bytes of the request have left, whatever fails is unknown, never refused and never an exception."""

import gzip
import zlib

import pytest

from recordings.trro.outcome import Accepted, Refused, Unknown
from tests.trro.conftest import Serve
from tests.trro.faulty import Visit
from tests.trro.samples import (
    GOOD_ANSWER,
    GOOD_BODY,
    REQUEST_ID,
    TASK_ID,
    answering,
    answering_once,
    body,
    gateway_to,
    http,
    kind_and_code,
    start,
)

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ERROR_BODY = body(Error={"Code": "OperationDenied", "Message": "no"}, RequestId=REQUEST_ID)


def test_reset_after_request_left_is_unknown(serve: Serve) -> None:
    def reset(visit: Visit) -> None:
        visit.read_request()
        visit.reset()

    assert kind_and_code(gateway_to(serve(reset)).call(start())) == ("Unknown", "AnswerLost.Reset")


def test_reset_while_request_is_sent_is_unknown(serve: Serve) -> None:
    def reset(visit: Visit) -> None:
        visit.sock.recv(10)
        visit.reset()

    request = start(project_id="p" * 8_000_000)
    assert kind_and_code(gateway_to(serve(reset)).call(request)) == ("Unknown", "AnswerLost.Reset")


def test_request_that_is_not_taken_in_time_is_unknown(serve: Serve) -> None:
    server = serve(lambda visit: visit.server.closing.wait(5) and None)
    request = start(project_id="p" * 8_000_000)
    assert kind_and_code(gateway_to(server).call(request)) == ("Unknown", "AnswerLost.Timeout")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(b"", "AnswerLost.Reset", id="closed without an answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Le", "AnswerLost.Empty", id="cut in the headers"),
        pytest.param(http(GOOD_BODY[:-9], length=len(GOOD_BODY)), "AnswerLost.Cut", id="cut body"),
        pytest.param(http(GOOD_BODY, length=len(GOOD_BODY) + 9), "AnswerLost.Cut", id="whole JSON, cut body"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + GOOD_BODY[:-9], "AnswerLost.NotJson", id="cut, no length"),
        pytest.param(http(b""), "AnswerLost.Empty", id="empty"),
        pytest.param(http(b"", "Content-Encoding: gzip"), "AnswerLost.Empty", id="empty, called gzip"),
        pytest.param(http(b" \r\n\t"), "AnswerLost.Empty", id="blank"),
        pytest.param(http(b"<html>Sign in</html>"), "AnswerLost.NotJson", id="HTML"),
        pytest.param(b"* OK IMAP4 ready\r\n", "AnswerLost.NotHttp", id="another protocol"),
        pytest.param(b"HTTP/2 200\r\n\r\n", "AnswerLost.NotHttp", id="another version"),
        pytest.param(CHUNKED + b"zz\r\nabc", "AnswerLost.Cut", id="chunk size is no number"),
        pytest.param(CHUNKED + b"-5\r\nabc", "AnswerLost.Unexpected", id="chunk size is negative"),
        pytest.param(CHUNKED + b"ff\r\nabc", "AnswerLost.Cut", id="chunk is cut"),
        pytest.param(CHUNKED + b"3\r\nabc\r\n", "AnswerLost.Cut", id="last chunk is missing"),
        pytest.param(http(b"\x00", "Content-Encoding: br"), "AnswerLost.BadEncoding", id="unasked encoding"),
        pytest.param(http(b"no", "Content-Encoding: gzip"), "AnswerLost.BadEncoding", id="no gzip in gzip"),
        pytest.param(
            http(gzip.compress(GOOD_BODY)[:-12], "Content-Encoding: gzip"), "AnswerLost.Cut", id="gzip is cut"
        ),
    ],
)
def test_broken_answer_is_unknown(serve: Serve, answer: bytes, code: str) -> None:
    assert kind_and_code(gateway_to(serve(answering_once(answer))).call(start())) == ("Unknown", code)


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Busy", "404 Not Found", "204 No", "403 No"])
@pytest.mark.parametrize("content", [GOOD_BODY, ERROR_BODY, b"<html>"])
def test_any_other_status_is_unknown_whatever_the_body_says(serve: Serve, status: str, content: bytes) -> None:
    outcome = gateway_to(serve(answering_once(http(content, status=status)))).call(start())
    assert kind_and_code(outcome) == ("Unknown", f"AnswerLost.Status{status[:3]}")


def test_request_id_of_a_failed_answer_is_kept_for_the_vendors_support(serve: Serve) -> None:
    outcome = gateway_to(serve(answering_once(http(ERROR_BODY, status="500 Oops")))).call(start())
    assert isinstance(outcome, Unknown)
    assert outcome.request_id == REQUEST_ID


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_redirects_are_not_followed(serve: Serve, status: str) -> None:
    elsewhere = serve(answering(GOOD_ANSWER))
    server = serve(answering(http(b"", f"Location: {elsewhere.url}/", status=status)))
    assert kind_and_code(gateway_to(server).call(start())) == ("Unknown", "AnswerLost.Redirected")
    assert (len(server.requests), elsewhere.connections) == (1, 0)


def test_redirect_to_itself_sends_the_request_once(serve: Serve) -> None:
    server = serve(answering(http(b"", "Location: /", status="308 Permanent Redirect")))
    gateway_to(server).call(start())
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "text/html", None],
)
def test_content_type_decides_nothing(serve: Serve, content_type: str | None) -> None:
    headers = [f"Content-Type: {content_type}"] if content_type else []
    refused = gateway_to(serve(answering_once(http(ERROR_BODY, *headers)))).call(start())
    accepted = gateway_to(serve(answering_once(http(GOOD_BODY, *headers)))).call(start())
    assert refused == Refused(code="OperationDenied", message="no", request_id=REQUEST_ID)
    assert isinstance(accepted, Accepted)
    assert (accepted.task_id, accepted.request_id) == (TASK_ID, REQUEST_ID)


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(GOOD_BODY), "gzip"),
        (gzip.compress(GOOD_BODY), "X-GZIP"),
        (zlib.compress(GOOD_BODY), "deflate"),
        (zlib.compress(GOOD_BODY)[2:-4], "deflate"),
        (GOOD_BODY, "identity"),
    ],
)
def test_compressed_answer_is_understood(serve: Serve, packed: bytes, encoding: str) -> None:
    server = serve(answering_once(http(packed, f"Content-Encoding: {encoding}")))
    assert isinstance(gateway_to(server).call(start()), Accepted)


def test_chunked_answer_is_understood(serve: Serve) -> None:
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD_BODY), GOOD_BODY)
    assert isinstance(gateway_to(serve(answering_once(CHUNKED + chunks))).call(start()), Accepted)


def test_continue_before_the_answer_is_skipped(serve: Serve) -> None:
    server = serve(answering_once(b"HTTP/1.1 100 Continue\r\n\r\n", GOOD_ANSWER))
    assert isinstance(gateway_to(server).call(start()), Accepted)
