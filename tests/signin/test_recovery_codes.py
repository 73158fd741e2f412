"""Recovery codes: each works once, and new ones replace the old."""

import pytest
from django.core.cache import cache
from django.test import Client

from recordings.models import AuditEntry, User
from tests.factories import make_operator

from .authenticators import CODES, PASSWORD, give_code, give_password, is_signed_in, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


@pytest.fixture
def browser(person: User) -> Client:
    """Where the person set up their app just now."""
    return with_app(person)[0]


def unused(browser: Client) -> list[str]:
    codes: list[str] = browser.get(CODES).context["unused_codes"]
    return codes


def test_a_recovery_code_works_once_and_the_trail_says_how_many_are_left(person: User, browser: Client) -> None:
    code = unused(browser)[3]
    for expected in (302, 422):
        client = Client()
        give_password(client, person)
        assert give_code(client, code) == expected
    assert not is_signed_in(client)
    assert code not in unused(browser)
    entry = AuditEntry.objects.get(action="recovery_codes.used")
    assert (entry.actor, entry.after) == ("lin", {"left": 9})


def test_new_codes_replace_the_old_ones(person: User, browser: Client) -> None:
    old = unused(browser)[0]
    assert browser.get(f"{CODES}new/").status_code == 200
    assert browser.post(f"{CODES}new/").status_code == 302
    assert old not in unused(browser)
    client = Client()
    give_password(client, person)
    assert give_code(client, old) == 422
    assert AuditEntry.objects.filter(action="recovery_codes.made").count() == 2


def test_they_can_be_downloaded(browser: Client) -> None:
    response = browser.get(f"{CODES}download/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content.decode().split() == unused(browser)


def test_without_a_factor_there_are_none_and_none_are_made(person: User) -> None:
    client = Client()
    client.post("/login/", {"login": "lin", "password": PASSWORD})
    assert client.get(CODES).status_code == 404
    assert client.post(f"{CODES}new/").status_code == 422
