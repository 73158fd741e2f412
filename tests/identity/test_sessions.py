"""How long a session lasts, and what ends it at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from recordings.identity.sessions import end_sessions
from recordings.models import AuditEntry, User
from tests.factories import make_operator, signed_in
from tests.signin.authenticators import PASSWORD, is_signed_in

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BY_ITSELF = {"X-Refreshes-Itself": "true"}


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def sign_in() -> Client:
    client = Client()
    client.post("/login/", {"login": "lin", "password": PASSWORD})
    assert is_signed_in(client)
    return client


def test_half_an_hour_without_activity_ends_it(person: User, clock: time_machine.Traveller) -> None:
    client = sign_in()
    clock.shift(timedelta(minutes=29))
    assert is_signed_in(client)
    clock.shift(timedelta(minutes=30))
    assert not is_signed_in(client)
    entry = AuditEntry.objects.get(action="session.expired")
    assert (entry.actor, entry.address) == ("lin", "127.0.0.1")


def test_a_page_that_refreshes_itself_does_not_count_as_activity(person: User, clock: time_machine.Traveller) -> None:
    client = sign_in()
    for _ in range(29):
        clock.shift(timedelta(minutes=1))
        assert client.get("/recordings/", headers=BY_ITSELF).status_code == 200
    clock.shift(timedelta(minutes=1))
    assert client.get("/recordings/", headers=BY_ITSELF).status_code == 302


def test_after_twelve_hours_it_ends_in_spite_of_activity(person: User, clock: time_machine.Traveller) -> None:
    client = sign_in()
    for _ in range(36):
        assert is_signed_in(client)
        clock.shift(timedelta(minutes=20))
    assert not is_signed_in(client)


def test_a_session_is_written_once_a_minute_at_most(person: User, clock: time_machine.Traveller) -> None:
    client = sign_in()
    before = User.objects.get(pk=person.pk).last_seen_at
    clock.shift(timedelta(seconds=50))
    client.get("/recordings/")
    assert User.objects.get(pk=person.pk).last_seen_at == before
    clock.shift(timedelta(seconds=10))
    client.get("/recordings/")
    assert User.objects.get(pk=person.pk).last_seen_at == START + timedelta(minutes=1)


def test_ending_a_persons_sessions_ends_all_of_them_at_once(person: User) -> None:
    clients = [signed_in(person) for _ in range(3)]
    end_sessions(person)
    assert not any(map(is_signed_in, clients))


def test_a_session_from_before_the_user_was_disabled_is_invalid(person: User) -> None:
    client = signed_in(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_signed_in(client)


def test_signing_in_makes_a_new_session_key(person: User) -> None:
    client = Client()
    client.get("/login/passkey/", headers={"Accept": "application/json"})
    before = client.session.session_key
    client.post("/login/", {"login": "lin", "password": PASSWORD})
    assert before
    assert client.session.session_key != before
