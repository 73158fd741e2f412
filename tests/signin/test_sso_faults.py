"""A provider that is unreachable, malformed or forged: the sign-in is refused, and a page says what to do."""

from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import User
from tests.factories import make_project

from .authenticators import is_signed_in
from .provider import KEY, STRANGE_KEY, Provider, running_provider
from .single_sign_on import SSO, come_back, go_there, sign_in, use

pytestmark = pytest.mark.django_db
CONFIGURATION = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider, settings: Settings) -> Provider:
    cache.clear()
    server.__init__(url=server.url, person={"sub": "1", "groups": ["audit"]})  # type: ignore[misc]
    use(settings, server)
    make_project(project_id="m82k5408n999999")
    return server


def assert_refused(client: Client, response: Any) -> None:
    assert response.status_code == 401
    assert "Single sign-on failed" in response.content.decode()
    assert not is_signed_in(client)
    assert not User.objects.exists()


def test_the_loopback_provider_signs_in_without_faults(provider: Provider) -> None:
    client = Client()
    sign_in(client)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_700_000_000},
        {"sub": ""},
        {"sub": "another user than the user info says"},
    ],
    ids=str,
)
def test_an_id_token_with_wrong_claims_is_refused(provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims = claims
    client = Client()
    assert_refused(client, sign_in(client))


SIGNED_WRONGLY: dict[str, Callable[[dict[str, Any]], str]] = {
    "another key": lambda claims: jwt.encode(claims, STRANGE_KEY, algorithm="RS256", headers={"kid": "k1"}),
    "an unknown key": lambda claims: jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k2"}),
    "no key named": lambda claims: jwt.encode(claims, KEY, algorithm="RS256"),
    "none": lambda claims: jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"}),
    "a shared secret": lambda claims: jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": "k1"}),
    "no token": lambda claims: "",
    "malformed": lambda claims: "a.b.c",
}


@pytest.mark.parametrize("how", SIGNED_WRONGLY)
def test_an_id_token_that_is_not_signed_by_the_provider_is_refused(provider: Provider, how: str) -> None:
    provider.sign = SIGNED_WRONGLY[how]
    client = Client()
    assert_refused(client, sign_in(client))


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/keys", CONFIGURATION])
@pytest.mark.parametrize(
    "answer", [(500, b"{}"), (200, b"<html>"), (200, b"{}"), (200, b"[]"), (200, b""), (302, b"")], ids=str
)
def test_a_missing_or_malformed_response_is_refused(provider: Provider, path: str, answer: tuple[int, bytes]) -> None:
    client = Client()
    back = come_back(go_there(client))
    provider.answers[path] = answer
    assert_refused(client, client.get(back))


@pytest.mark.parametrize(
    "answer", [(500, b"{}"), (200, b"<html>"), (200, b"{}"), (200, b"[]"), (200, b"null")], ids=str
)
def test_malformed_discovery_ends_on_our_page(provider: Provider, answer: tuple[int, bytes]) -> None:
    provider.answers[CONFIGURATION] = answer
    client = Client()
    assert_refused(client, client.post(SSO))


def test_an_unreachable_provider_ends_on_our_page(provider: Provider, settings: Settings) -> None:
    away = Provider(url="http://127.0.0.1:9")
    use(settings, away)
    client = Client()
    assert_refused(client, client.post(SSO))


def test_discovery_that_names_another_issuer_ends_on_our_page(provider: Provider, settings: Settings) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:1/another"
    client = Client()
    assert_refused(client, client.post(SSO))


def test_a_callback_that_this_browser_did_not_request_is_refused(provider: Provider) -> None:
    back = come_back(go_there(Client()))
    stranger = Client()
    assert_refused(stranger, stranger.get(back))


def test_a_callback_works_once(provider: Provider) -> None:
    client = Client()
    back = come_back(go_there(client))
    assert client.get(back).status_code == 302
    client.post("/logout/")
    assert client.get(back).status_code == 401
    assert not is_signed_in(client)


def test_cancelling_at_the_provider_ends_on_a_page_that_says_so(provider: Provider) -> None:
    client = Client()
    state = go_there(client).partition("state=")[2].partition("&")[0]
    response = client.get(f"{SSO}callback/?error=access_denied&state={state}", follow=True)
    assert response.redirect_chain[-1][0] == "/login/cancelled/"
    assert "was cancelled" in response.content.decode()


def test_the_page_before_asks_and_a_get_goes_nowhere(provider: Provider) -> None:
    response = Client().get(SSO)
    assert response.status_code == 200
    assert provider.asked == []
