"""Certificates are checked, always; whatever fails in the handshake is refused, since nothing had left."""

import ssl
import time

import pytest

from recordings.trro.connection import tls_context
from recordings.trro.gateway import Gateway
from tests.trro.certificates import Authority
from tests.trro.conftest import Serve
from tests.trro.faulty import FaultyServer, Visit
from tests.trro.samples import (
    DEADLINE,
    GOOD_ANSWER,
    SLACK,
    account,
    answering,
    assert_never_sent,
    gateway_to,
    kind_and_code,
    start,
)


def tls_gateway(server: FaultyServer, authority: Authority) -> Gateway:
    return gateway_to(server, ca_file=authority.ca_file)


def test_trusted_certificate_is_accepted(serve: Serve, authority: Authority) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server())
    assert kind_and_code(tls_gateway(server, authority).call(start())) == ("Accepted", "")


@pytest.mark.parametrize("made_with", [{"host": "other.example"}, {"expired": True}])
def test_certificate_that_does_not_fit_is_refused(
    serve: Serve, authority: Authority, made_with: dict[str, object]
) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server(**made_with))
    outcome = tls_gateway(server, authority).call(start())
    assert_never_sent(outcome, "NetworkError.CertificateRejected", repeatable=False)
    assert server.requests == []


def test_certificate_of_an_unknown_authority_is_refused(serve: Serve, authority: Authority) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server())
    outcome = gateway_to(server).call(start())
    assert_never_sent(outcome, "NetworkError.CertificateRejected", repeatable=False)
    assert server.requests == []


def https_to(server: FaultyServer) -> Gateway:
    """To a server that speaks no TLS."""
    url = server.url.replace("http:", "https:")
    return Gateway(account(url), deadline_seconds=DEADLINE, allow_loopback_http=True)


def test_server_without_tls_is_refused(serve: Serve) -> None:
    def greet(visit: Visit) -> None:
        visit.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        visit.wait_until_client_goes()

    assert_never_sent(https_to(serve(greet)).call(start()), "NetworkError.TlsFailed")


def test_reset_during_the_handshake_is_refused(serve: Serve) -> None:
    def reset(visit: Visit) -> None:
        visit.sock.recv(10)
        visit.reset()

    assert_never_sent(https_to(serve(reset)).call(start()), "NetworkError.ConnectFailed")


@pytest.mark.parametrize("drip", [False, True])
def test_stalled_handshake_is_refused_within_the_deadline(serve: Serve, drip: bool) -> None:
    def stall(visit: Visit) -> None:
        if drip:
            visit.drip(b"\x16\x03\x03\x40\x00\x02" + bytes(2000))
        visit.wait_until_client_goes()

    begun = time.monotonic()
    assert_never_sent(https_to(serve(stall)).call(start()), "NetworkError.ConnectTimeout")
    assert time.monotonic() - begun < DEADLINE + SLACK


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(serve: Serve, authority: Authority) -> None:
    old = authority.server()
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    outcome = tls_gateway(serve(answering(GOOD_ANSWER), old), authority).call(start())
    assert_never_sent(outcome, "NetworkError.TlsFailed")


def test_every_context_checks_certificates_and_speaks_nothing_old(authority: Authority) -> None:
    for context in (tls_context(), tls_context(authority.ca_file)):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
