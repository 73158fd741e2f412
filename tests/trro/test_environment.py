"""Nothing in the environment changes where a call goes, and no log shows its secrets."""

import io
import logging
import logging.config
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings.trro import gateway as gateway_module
from recordings.trro.connection import tls_context
from recordings.trro.outcome import Unknown
from tests.trro.certificates import Authority
from tests.trro.conftest import Serve
from tests.trro.samples import (
    GOOD_ANSWER,
    SECRET_KEY,
    STORAGE_ACCESS_KEY,
    STORAGE_SECRET_KEY,
    account,
    answering,
    answering_once,
    gateway_to,
    http,
    kind_and_code,
    start,
)

SDK_LOGGER = "tencentcloud_sdk_common"
SECRETS = (SECRET_KEY, STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "Signature=", "Authorization")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
@pytest.mark.parametrize("over_tls", [False, True])
def test_proxy_of_the_environment_is_ignored(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str, over_tls: bool
) -> None:
    proxy = serve(answering(GOOD_ANSWER))
    monkeypatch.setenv(name, proxy.url)
    server = serve(answering(GOOD_ANSWER), authority.server() if over_tls else None)
    assert kind_and_code(gateway_to(server, ca_file=authority.ca_file).call(start())) == ("Accepted", "")
    assert (server.connections, proxy.connections) == (1, 0)


def test_netrc_does_not_replace_the_signature(serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login somebody password CANARY-netrc\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(answering(GOOD_ANSWER))
    gateway_to(server).call(start())
    assert b"\r\nAuthorization: TC3-HMAC-SHA256 Credential=AKIDexample/" in server.requests[0]
    assert b"Basic" not in server.requests[0]


def test_authorities_of_the_environment_are_not_trusted(
    serve: Serve, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, authority.ca_file)
    keys = tmp_path / "session-keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    tls_context.cache_clear()
    server = serve(answering(GOOD_ANSWER), authority.server())
    assert kind_and_code(gateway_to(server).call(start())) == ("Refused", "NetworkError.CertificateRejected")
    assert kind_and_code(gateway_to(server, ca_file=authority.ca_file).call(start())) == ("Accepted", "")
    assert not keys.exists()


def test_cookies_are_not_kept(serve: Serve) -> None:
    server = serve(answering(http(b"{}", "Set-Cookie: a=b; Path=/")))
    gateway = gateway_to(server)
    gateway.call(start())
    gateway.call(start())
    assert all(b"cookie" not in request.lower() for request in server.requests)


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All that any logger says at DEBUG."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def turn_level_down() -> None:
    logging.getLogger(SDK_LOGGER).setLevel(logging.DEBUG)


def configure_anew() -> None:
    loggers = {SDK_LOGGER: {"level": "DEBUG", "handlers": [], "propagate": True}}
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "loggers": loggers})


@pytest.mark.parametrize("later", [turn_level_down, configure_anew])
def test_sdk_at_debug_prints_no_secret(serve: Serve, everything_logged: io.StringIO, later: object) -> None:
    gateway = gateway_to(serve(answering(GOOD_ANSWER)))
    assert callable(later)
    later()
    try:
        assert kind_and_code(gateway.call(start())) == ("Accepted", "")
        logging.getLogger(SDK_LOGGER).debug("SendRequest: %s", SECRET_KEY)
        assert not any(secret in everything_logged.getvalue() for secret in SECRETS)
    finally:
        gateway_module.hold_sdk_logger()


def test_new_gateway_holds_the_logger_once_more() -> None:
    turn_level_down()
    gateway_module.hold_sdk_logger()
    logger = logging.getLogger(SDK_LOGGER)
    assert logger.level == logging.INFO
    assert len(logger.filters) == 1


def test_outcomes_and_objects_show_no_secret(serve: Serve) -> None:
    gateway = gateway_to(serve(answering_once(b"")))
    shown = [
        repr(start()),
        repr(account("trro.tencentcloudapi.com")),
        repr(gateway),
        repr(gateway.call(start())),
    ]
    assert not any(secret in text for text in shown for secret in SECRETS)


def test_unexpected_failure_after_sending_leaves_no_trace(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of an unforeseen failure is stored, its text, which may hold the request, is not."""

    def fail(request: object, answer: bytes) -> None:
        raise ZeroDivisionError(repr(request) + STORAGE_SECRET_KEY)

    monkeypatch.setattr(gateway_module, "judge", fail)
    outcome = gateway_to(serve(answering(GOOD_ANSWER))).call(start())
    assert outcome == Unknown(code="AnswerLost.Unexpected", message="ZeroDivisionError")
