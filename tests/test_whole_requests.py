"""Whether a request is whole, from the bytes that came: however they were cut, and whatever a client makes up."""

import pytest

from trroadmin.whole_requests import MAX_BODY_BYTES, MAX_HEADER_BYTES, Progress, Received

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde"
CHUNKED = (
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;x=y\r\n0\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n"
)


@pytest.mark.parametrize("request_bytes", [GET, POST, CHUNKED])
def test_a_request_is_whole_with_its_last_byte_and_not_before(request_bytes: bytes) -> None:
    received = Received()
    found = [received.add(request_bytes[place : place + 1]) for place in range(len(request_bytes))]
    assert set(found[:-1]) == {Progress.PARTIAL}
    assert found[-1] is Progress.WHOLE
    assert Received().add(request_bytes) is Progress.WHOLE


@pytest.mark.parametrize("size", ["zz", "-1", "+5", "0x5", " 5"])
def test_a_size_that_makes_no_sense_is_left_to_the_server_to_refuse(size: str) -> None:
    assert Received().add(CHUNKED.replace(b"3\r\n", size.encode() + b"\r\n", 1)) is Progress.WHOLE


def test_headers_without_end_are_too_much() -> None:
    received = Received()
    assert received.add(b"GET / HTTP/1.1\r\n") is Progress.PARTIAL
    assert received.add(b"X: y\r\n" * (MAX_HEADER_BYTES // 6)) is Progress.TOO_MUCH


def test_a_body_that_is_too_long_is_too_much_with_its_headers() -> None:
    long = POST.replace(b"Content-Length: 5", b"Content-Length: %d" % (MAX_BODY_BYTES + 1))
    assert Received().add(long) is Progress.TOO_MUCH


def test_chunks_that_are_too_many_or_too_large_are_too_much() -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert Received().add(head + b"ffffffff\r\n" + b"x") is Progress.TOO_MUCH
    received = Received()
    received.add(head)
    found = [received.add(b"1\r\nx\r\n" * 10_000) for _ in range(20)]
    assert found[0] is Progress.PARTIAL
    assert found[-1] is Progress.TOO_MUCH


def test_a_client_that_waits_for_a_word_is_answered_once() -> None:
    received = Received()
    received.add(POST.replace(b"Content-", b"Expect: 100-Continue\r\nContent-").removesuffix(b"abcde"))
    assert [received.expects_continue(), received.expects_continue()] == [True, False]
