"""Sensitive pages require a recent confirmation: by password, or by second factor for users who have one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from recordings.models import AuditEntry, User
from tests.factories import make_operator, signed_in

from .authenticators import PASSWORD, code_of, with_app

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SENSITIVE = "/you/password/"
BY_PASSWORD, BY_FACTOR = "/login/again/", "/login/again/factor/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


def asks(client: Client) -> str:
    """Where the sensitive page redirects to; empty if it answers 200."""
    response = client.get(SENSITIVE)
    return "" if response.status_code == 200 else response.headers["Location"].partition("?")[0]


def test_a_recent_confirmation_is_enough(person: User, clock: time_machine.Traveller) -> None:
    client = signed_in(person)
    assert asks(client) == ""
    clock.shift(timedelta(minutes=15, seconds=1))
    assert asks(client) == BY_PASSWORD


def test_the_password_confirms_and_leads_back(person: User, clock: time_machine.Traveller) -> None:
    client = signed_in(person)
    clock.shift(timedelta(minutes=16))
    assert client.get(BY_PASSWORD).status_code == 200
    response = client.post(f"{BY_PASSWORD}?next={SENSITIVE}", {"password": PASSWORD})
    assert response.headers["Location"] == SENSITIVE
    assert asks(client) == ""


def test_a_wrong_password_confirms_nothing_and_is_in_the_trail(person: User, clock: time_machine.Traveller) -> None:
    client = signed_in(person)
    clock.shift(timedelta(minutes=16))
    assert client.post(BY_PASSWORD, {"password": "no"}).status_code == 422
    assert asks(client) == BY_PASSWORD
    assert AuditEntry.objects.get(action="confirmation.refused").actor == "lin"


def test_with_a_factor_the_password_is_not_enough(person: User, clock: time_machine.Traveller) -> None:
    client, secret = with_app(person)
    clock.shift(timedelta(minutes=16))
    assert asks(client) == BY_FACTOR
    assert client.post(BY_PASSWORD, {"password": PASSWORD}).headers["Location"] == BY_FACTOR
    assert asks(client) == BY_FACTOR
    response = client.post(f"{BY_FACTOR}?next={SENSITIVE}", {"code": code_of(secret)})
    assert response.headers["Location"] == SENSITIVE
    assert asks(client) == ""


def test_a_used_code_confirms_nothing(person: User, clock: time_machine.Traveller) -> None:
    client, secret = with_app(person)
    clock.shift(timedelta(minutes=16))
    code = code_of(secret)
    assert client.post(BY_FACTOR, {"code": code}).status_code == 302
    assert client.post(BY_FACTOR, {"code": code}).status_code == 422
    assert AuditEntry.objects.get(action="confirmation.refused").actor == "lin"


def test_guesses_are_limited(person: User, clock: time_machine.Traveller) -> None:
    client, secret = with_app(person)
    for _ in range(6):
        client.post(BY_FACTOR, {"code": "000000"})
    clock.shift(timedelta(minutes=1))
    assert client.post(BY_FACTOR, {"code": code_of(secret)}).status_code == 422


def test_guesses_that_wait_in_between_end_after_fifty_a_day(person: User, clock: time_machine.Traveller) -> None:
    client, secret = with_app(person)
    for _ in range(50):
        clock.shift(timedelta(seconds=70))
        assert client.post(BY_FACTOR, {"code": "000000"}).status_code == 422
    clock.shift(timedelta(minutes=10))
    response = client.post(BY_FACTOR, {"code": code_of(secret)})
    assert "Too many wrong codes" in response.content.decode()


def test_another_users_confirmation_in_this_browser_does_not_count(person: User) -> None:
    client = signed_in(person)
    client.post("/logout/")
    client.force_login(make_operator())
    assert asks(client) != ""


def test_a_next_address_elsewhere_is_not_followed(person: User) -> None:
    client = signed_in(person)
    response = client.post(f"{BY_PASSWORD}?next=https://elsewhere.example/", {"password": PASSWORD})
    assert response.headers["Location"] == "/"
