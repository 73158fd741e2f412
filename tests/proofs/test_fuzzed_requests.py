"""Thousands of senseless requests to every URL as everybody: no error of ours, no echo, no long line in the log."""

import logging
from collections import Counter
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from recordings.log_lines import MAX_BYTES
from recordings.models import User
from tests.factories import signed_in
from tests.test_role_matrix import MATRIX, OWN, PUBLIC, World, world

from .figures import Figures
from .fuzzing import ECHO, Fuzzer, Request, fields_of
from .sizes import size
from .test_payloads import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
__all__ = ["world"]  # the fixture

SEEDS = range(size(small=1, full=20))
REQUESTS = size(small=400, full=1000)
"""For each seed, which begins at another URL."""
ROLES = ("operator", "admin", "auditor", "nobody", "")
"""The last is a visitor who is not signed in."""
ELSEWHERE = {"callback": ["token"], "openid_connect_login": ["sso"], "openid_connect_callback": ["sso"]}
BUCKET_SAYS_NO = 502
"""What a file's page answers when its bucket, which no test reaches, was asked. No other page may."""


class LongestLine(logging.Handler):
    """Writes nothing, and knows how long the lines are that the configured log would have."""

    def __init__(self) -> None:
        super().__init__()
        ours = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
        self.setFormatter(ours.formatter)
        self.bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.bytes = max(self.bytes, len(self.format(record).encode(errors="replace")))


@pytest.fixture
def log() -> Iterator[LongestLine]:
    handler = LongestLine()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def urls(world: World) -> list[str]:
    """Every URL there is, once."""
    found = [world.url(name) for name in sorted(MATRIX)]
    found += [reverse(name, args=ELSEWHERE.get(name, [])) for name in sorted(PUBLIC)]
    for name in sorted(OWN):
        of_one = name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}
        found.append(reverse(name, args=[1] if of_one else []))
    return found


def client_of(world: World, role: str) -> Client:
    """A browser of this person, whatever earlier requests did to them."""
    if not role:
        return Client(raise_request_exception=False)
    User.objects.filter(pk=world.people[role].pk).update(is_active=True)
    world.people[role].refresh_from_db()
    client = signed_in(world.people[role])
    client.raise_request_exception = False
    return client


def send(client: Client, request: Request) -> HttpResponseBase:
    kept = client.cookies
    client.cookies = SimpleCookie(kept)
    for name, value in request.cookies.items():
        client.cookies[name] = value
    try:
        return client.generic(
            request.method, request.url, request.body, content_type=request.content_type, headers=request.headers
        )
    finally:
        client.cookies = kept


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_is_an_error_of_ours_nor_comes_back_as_html_nor_fills_the_log(
    world: World, urls: list[str], log: LongestLine, settings: Settings, figures: Figures, seed: int
) -> None:
    furnish(world)
    settings.ALLOWED_HOSTS = ["testserver"]
    fuzzer, statuses = Fuzzer(seed=seed), Counter[int]()
    fields: dict[tuple[str, str], dict[str, str]] = {}
    wrong: list[str] = []
    clients: dict[str, Client] = {}
    for number in range(REQUESTS):
        role = ROLES[number % len(ROLES)]
        url = urls[(number // len(ROLES) + seed * 51) % len(urls)]
        if role not in clients or number % 40 < len(ROLES):
            clients[role] = client_of(world, role)
        if (role, url) not in fields:
            page = clients[role].get(url)
            fields[role, url] = fields_of(page.content.decode(errors="replace")) if not page.streaming else {}
        request = fuzzer.request(fuzzer.path(url), fields[role, url])
        response = send(clients[role], request)
        statuses[response.status_code] += 1
        body = b"" if response.streaming else response.content
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        is_expected = response.status_code == BUCKET_SAYS_NO and "/files/" in request.path
        if response.status_code >= 500 and not is_expected:
            wrong.append(f"{response.status_code} as {role or 'a stranger'}: {request}"[:1500])
        if is_page and ECHO.encode() in body:
            wrong.append(f"echo as {role or 'a stranger'}: {request}"[:1500])
        if log.bytes > MAX_BYTES:
            wrong.append(f"{log.bytes} bytes of log as {role or 'a stranger'}: {request}"[:1500])
            log.bytes = 0
    figures.add("requests", REQUESTS, f"to {len(urls)} URLs as {len(ROLES)} kinds of people")
    figures.add("answers", ", ".join(f"{count:,} x {status}" for status, count in sorted(statuses.items())))
    figures.add("wrong", len(wrong))
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:20])
