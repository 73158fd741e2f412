"""Guessing: by account and by address, without locking out whose account it is, and without telling who exists."""

import statistics
import time

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.identity.sessions import end_sessions
from recordings.models import User
from tests.factories import make_operator
from tests.signin.authenticators import PASSWORD, is_signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


def guess(client: Client, login: str = "lin", password: str = "no") -> str:
    """What the sign-in page says."""
    response = client.post("/login/", {"login": login, "password": password})
    return "" if response.status_code == 302 else str(response.context["form"].errors)


def test_an_account_is_limited_over_all_addresses(person: User) -> None:
    for number in range(5):
        assert "is wrong" in guess(Client(REMOTE_ADDR=f"10.0.0.{number}"))
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="10.0.0.9"), password=PASSWORD)


def test_an_unknown_account_is_limited_alike(person: User) -> None:
    for number in range(5):
        assert "is wrong" in guess(Client(REMOTE_ADDR=f"10.0.0.{number}"), login="nobody")
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="10.0.0.9"), login="nobody")


def test_another_spelling_of_the_name_is_the_same_account(person: User) -> None:
    for login in ("lin", "LIN", " lin", "Lin ", "lIn"):
        guess(Client(), login=login)
    assert "Too many failed attempts" in guess(Client(), password=PASSWORD)


def test_an_address_is_limited_over_all_accounts(person: User) -> None:
    client = Client(REMOTE_ADDR="10.0.0.1")
    for number in range(10):
        guess(client, login=f"name{number}")
    assert "Too many failed attempts" in guess(client, password=PASSWORD)
    assert guess(Client(REMOTE_ADDR="10.0.0.2"), password=PASSWORD) == ""


def test_an_address_is_the_one_that_a_trusted_proxy_names(person: User, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for number in range(10):
        guess(Client(headers={"X-Forwarded-For": "203.0.113.5"}), login=f"name{number}")
    assert "Too many failed attempts" in guess(Client(headers={"X-Forwarded-For": "203.0.113.5"}), password=PASSWORD)
    assert guess(Client(headers={"X-Forwarded-For": "203.0.113.6"}), password=PASSWORD) == ""


def test_an_address_that_a_browser_only_claims_does_not_help(person: User) -> None:
    for number in range(10):
        guess(Client(headers={"X-Forwarded-For": f"203.0.113.{number}"}), login=f"name{number}")
    assert "Too many failed attempts" in guess(Client(headers={"X-Forwarded-For": "203.0.113.99"}), password=PASSWORD)


def test_a_flood_also_from_their_own_address_does_not_lock_the_person_out_of_a_browser_they_know(person: User) -> None:
    own = Client(REMOTE_ADDR="192.0.2.1")
    assert guess(own, password=PASSWORD) == ""
    own.post("/logout/")
    for number in range(60):
        guess(Client(REMOTE_ADDR=f"10.0.1.{number}"))
        guess(Client(REMOTE_ADDR="192.0.2.1"))
    assert guess(own, password=PASSWORD) == ""
    assert is_signed_in(own)


def test_a_browser_known_for_one_account_helps_with_no_other(person: User) -> None:
    make_operator(username="mallory", password=PASSWORD)
    client = Client(REMOTE_ADDR="192.0.2.1")
    guess(client, login="mallory", password=PASSWORD)
    client.post("/logout/")
    for _ in range(5):
        guess(client)
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="192.0.2.2"), password=PASSWORD)


@pytest.mark.parametrize("host", ["testserver:81", "TESTSERVER", "localhost", "127.0.0.1:9000"])
def test_another_host_header_does_not_begin_a_new_count(person: User, settings: Settings, host: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"10.0.0.{number}"))
    client = Client(headers={"host": host}, REMOTE_ADDR="10.0.0.9")
    assert "Too many failed attempts" in guess(client, password=PASSWORD)


@pytest.mark.parametrize("login", ["ＬＩＮ", "ｌｉｎ", "LiN", "ℓin", "\u3000lin"])
def test_a_name_that_normalises_to_the_same_is_the_same_account(person: User, login: str) -> None:
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"10.0.0.{number}"), login=login)
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="10.0.0.9"), password=PASSWORD)


def test_addresses_of_one_ipv6_network_count_together(person: User) -> None:
    for number in range(10):
        guess(Client(REMOTE_ADDR=f"2001:db8:1:1:{number}::7"), login=f"name{number}")
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="2001:db8:1:1::1"), password=PASSWORD)
    assert guess(Client(REMOTE_ADDR="2001:db8:1:2::1"), password=PASSWORD) == ""


def test_ipv4_inside_ipv6_counts_as_the_ipv4_address_it_is(person: User) -> None:
    for number in range(10):
        guess(Client(REMOTE_ADDR=("::ffff:10.0.0.1", "10.0.0.1")[number % 2]), login=f"name{number}")
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="10.0.0.1"), password=PASSWORD)
    assert guess(Client(REMOTE_ADDR="::ffff:10.0.0.2"), password=PASSWORD) == ""


def test_all_guesses_together_are_limited_and_a_known_browser_keeps_working(person: User) -> None:
    own = Client()
    assert guess(own, password=PASSWORD) == ""
    own.post("/logout/")
    said = [guess(Client(REMOTE_ADDR=f"10.1.{n // 200}.{n % 200}"), login=f"name{n}") for n in range(103)]
    assert sum("is wrong" in each for each in said) == 100
    assert "Too many failed attempts" in guess(Client(REMOTE_ADDR="192.0.2.7"), password=PASSWORD)
    assert guess(own, password=PASSWORD) == ""


def test_a_known_browser_is_limited_too(person: User) -> None:
    own = Client(REMOTE_ADDR="192.0.2.1")
    guess(own, password=PASSWORD)
    own.post("/logout/")
    for _ in range(5):
        assert "is wrong" in guess(own)
    assert "Too many failed attempts" in guess(own, password=PASSWORD)


@pytest.mark.parametrize("how", ["password", "sessions"])
def test_a_browser_is_known_no_longer_once_password_or_sessions_have_ended(person: User, how: str) -> None:
    own = Client(REMOTE_ADDR="192.0.2.1")
    guess(own, password=PASSWORD)
    own.post("/logout/")
    if how == "password":
        person.set_password(PASSWORD + "!")
        person.save()
    else:
        end_sessions(person)
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"10.0.0.{number}"))
    assert "Too many failed attempts" in guess(own)


def test_a_browser_that_changed_its_own_password_is_still_known(person: User) -> None:
    own, new = Client(REMOTE_ADDR="192.0.2.1"), "another horse battery"
    guess(own, password=PASSWORD)
    posted = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert own.post("/you/password/", posted).status_code == 302
    own.post("/logout/")
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"10.0.0.{number}"))
    assert guess(own, password=new) == ""


def test_an_invented_cookie_is_ignored(person: User) -> None:
    client = Client()
    client.cookies["known_for"] = "WyJsaW4iLCJ4Il0:1x:forged"
    for number in range(5):
        guess(Client(REMOTE_ADDR=f"10.0.0.{number}"))
    assert "Too many failed attempts" in guess(client, password=PASSWORD)


def test_the_answer_takes_as_long_for_unknown_and_disabled_users(person: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    make_operator(username="wu", password=PASSWORD)
    make_operator(username="off", password=PASSWORD, is_active=False)
    make_operator(username="sso")
    names = ("wu", "nobody", "off", "sso")
    rounds = [{name: seconds_for(name) for name in names} for _ in range(9)]
    took = {name: statistics.median(each[name] for each in rounds) for name in names}
    print({name: f"{seconds / took['wu']:.2f} of {took['wu'] * 1000:.0f} ms" for name, seconds in took.items()})
    for name, seconds in took.items():
        assert 0.6 < seconds / took["wu"] < 1.7, name


def seconds_for(login: str) -> float:
    cache.clear()
    began = time.perf_counter()
    Client().post("/login/", {"login": login, "password": "no"})
    return time.perf_counter() - began
