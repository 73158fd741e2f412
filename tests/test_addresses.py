"""Where a request came from: whose word counts, the same in the log, the trail and the limits, and who is warned."""

import pytest
import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs

from recordings.addresses import ProxyMiddleware, client_address, ignored_proxy, unreadable_proxies
from recordings.models import AuditEntry
from recordings.web.request_log import PathOnlyMiddleware

CLAIMED = {"x-forwarded-for": "203.0.113.7"}


@pytest.fixture(autouse=True)
def _nothing_noted(db: None) -> None:
    cache.clear()


def pass_through(**request: str) -> list[HttpRequest]:
    """What a request is behind the middleware."""
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    ProxyMiddleware(answer)(RequestFactory().get("/", **request))  # type: ignore[arg-type]
    return seen


@pytest.mark.parametrize(
    ("proxies", "peer", "is_secure"),
    [
        (["10.0.0.0/24"], "10.0.0.9", True),
        (["10.0.0.0/24"], "::ffff:10.0.0.9", True),
        (["10.0.0.0/24"], "203.0.113.5", False),
        (["proxy.example.com", "10.0.0.9"], "10.0.0.9", True),
        (["none"], "127.0.0.1", False),
        (["unix"], "", True),
        (["unix"], "127.0.0.1", False),
        (["127.0.0.1"], "", False),
    ],
)
def test_only_a_trusted_proxy_may_say_that_the_browser_used_tls(
    settings: Settings, proxies: list[str], peer: str, is_secure: bool
) -> None:
    settings.TRUSTED_PROXIES = proxies
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    (request,) = pass_through(REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    assert request.is_secure() == is_secure


@pytest.mark.parametrize(
    ("hop", "address"),
    [("9.8.7.6:5555", "9.8.7.6"), ("[2001:db8::1]:5555", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), ("x", "x")],
)
def test_a_port_behind_a_forwarded_address_is_no_part_of_it(settings: Settings, hop: str, address: str) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address(RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers={"x-forwarded-for": hop})) == address


def test_a_unix_socket_gives_the_forwarded_address_when_its_peers_are_trusted(settings: Settings) -> None:
    request = RequestFactory(REMOTE_ADDR="").get("/", headers=CLAIMED)
    assert client_address(request) == ""
    settings.TRUSTED_PROXIES = ["unix"]
    assert client_address(request) == "203.0.113.7"


def test_the_log_the_trail_and_the_throttle_believe_the_same_address(settings: Settings, client: Client) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    forged = RequestFactory(REMOTE_ADDR="198.51.100.4").get("/", headers=CLAIMED)
    PathOnlyMiddleware.bind_ip(forged)
    assert structlog.contextvars.get_contextvars()["ip"] == "198.51.100.4"
    assert get_adapter().get_client_ip(forged) == "198.51.100.4"
    client.post("/login/", {"login": "x", "password": "x"}, REMOTE_ADDR="198.51.100.4", headers=CLAIMED)
    assert AuditEntry.objects.get(action="session.refused").address == "198.51.100.4"
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(("peer", "noted"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("", "unix")])
def test_a_proxy_beside_the_server_that_is_not_trusted_is_logged_once(peer: str, noted: str) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            pass_through(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert [line["event"] for line in lines] == ["proxy_not_trusted"]
    assert ignored_proxy() == noted


def test_a_stranger_who_claims_an_address_is_no_proxy() -> None:
    pass_through(REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert ignored_proxy() is None


def test_what_trusts_no_peer_is_named(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["proxy.example.com", "10.0.0.1", "10.0.0.0/8", "unix", "none", "fd00::/8"]
    assert unreadable_proxies() == ["proxy.example.com"]
