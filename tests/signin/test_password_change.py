"""Changing one's own password."""

import pytest
from django.core.cache import cache
from django.test import Client

from recordings.models import AuditEntry, User
from tests.access import assert_asks_to_sign_in
from tests.factories import make_operator, make_person, signed_in

from .authenticators import PASSWORD, code_of, give_code, give_password, is_signed_in, with_app

pytestmark = pytest.mark.django_db
URL = "/you/password/"
NEW = "a longer and better one"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str = "") -> int:
    return client.post(URL, {"oldpassword": old, "password1": new, "password2": again or new}).status_code


def test_the_new_password_counts_and_every_other_browser_is_signed_out(person: User) -> None:
    here, there = signed_in(person), signed_in(person)
    assert here.get(URL).status_code == 200
    assert change(here) == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)
    person.refresh_from_db()
    assert person.check_password(NEW)
    entry = AuditEntry.objects.get(action="password.changed")
    assert (entry.actor, entry.target, entry.before, entry.after) == ("lin", "lin", {}, {})


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", NEW, NEW),
        (PASSWORD, "short", "short"),
        (PASSWORD, "password1234", "password1234"),
        (PASSWORD, NEW, NEW + "x"),
    ],
)
def test_a_wrong_old_one_and_a_weak_or_mistyped_new_one_are_refused(
    person: User, old: str, new: str, again: str
) -> None:
    client = signed_in(person)
    assert change(client, old, new, again) == 422
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert not AuditEntry.objects.filter(action="password.changed").exists()


def test_guessing_the_old_password_is_limited(person: User) -> None:
    client = signed_in(person)
    assert [change(client, f"guess {number}") for number in range(7)][-1] == 429


def test_a_single_sign_on_user_reads_where_to_change_the_password() -> None:
    client = signed_in(make_person())
    assert client.get(URL).status_code == 404
    assert b"no password here" in client.get(URL).content


def test_the_signed_out_are_asked_to_sign_in() -> None:
    assert_asks_to_sign_in(URL)


def test_a_pending_sign_in_with_the_old_password_fails_after_the_change(person: User) -> None:
    client, secret = with_app(person)
    thief = Client()
    give_password(thief, person)
    assert change(client) == 302
    give_code(thief, code_of(secret))
    assert not is_signed_in(thief)
