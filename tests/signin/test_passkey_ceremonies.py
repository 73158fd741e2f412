"""A passkey counts only when this site's own ceremony made it, and signs in only at this site, forwards."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry, User
from tests.factories import make_admin, make_operator, signed_in

from .authenticators import factors_of, is_signed_in
from .soft_passkey import ADD, SIGN_IN, SoftPasskey, add, sign_in

pytestmark = pytest.mark.django_db
ELSEWHERE = ["http://localhost:9999", "https://localhost:8000", "http://a.localhost:8000", "http://127.0.0.1:8000"]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin")


def with_passkey(person: User, **how: int) -> SoftPasskey:
    passkey = SoftPasskey(**how)
    assert add(signed_in(person), passkey) == 302
    return passkey


def test_a_passkey_of_a_real_ceremony_is_added_and_signs_in(person: User) -> None:
    passkey, browser = with_passkey(person), Client()
    sign_in(browser, passkey)
    assert is_signed_in(browser)


@pytest.mark.parametrize("sent", ["0", "0.0", "false", "true", "1", '"0"', "{}", "[]", "null", '{"response": {}}', ""])
def test_only_a_verified_ceremony_adds_a_factor(settings: Settings, sent: str) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    admin = make_admin()
    browser = signed_in(admin)
    browser.get(ADD)
    assert browser.post(ADD, {"name": "Phone", "credential": sent}).status_code == 422
    assert factors_of(admin) == set()
    assert browser.get("/people/").headers["Location"] == "/you/factors/"


def test_a_ceremony_of_another_browser_adds_nothing(person: User) -> None:
    asked, other = signed_in(person), signed_in(person)
    options = json.loads(json.dumps(asked.get(ADD).context["js_data"]["creation_options"]["publicKey"]))
    answer = json.dumps(SoftPasskey().register(options))
    assert other.post(ADD, {"name": "Phone", "credential": answer}).status_code == 422
    assert asked.post(ADD, {"name": "", "credential": answer}).status_code == 422
    assert asked.post(ADD, {"name": "Phone", "credential": answer}).status_code == 422, "a challenge is good once"
    assert factors_of(person) == set()


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_passkey_is_neither_added_nor_used_at_another_origin(person: User, origin: str) -> None:
    assert add(signed_in(person), SoftPasskey(origin=origin)) == 422
    passkey, browser = with_passkey(person), Client()
    passkey.origin = origin
    sign_in(browser, passkey)
    assert not is_signed_in(browser)


def test_a_passkey_is_not_used_in_a_frame_of_another_site(person: User) -> None:
    assert add(signed_in(person), SoftPasskey(cross_origin=True)) == 422


def test_the_origin_is_written_as_browsers_write_it(person: User, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://Recordings.Example:443/below"
    assert add(signed_in(person), SoftPasskey(origin="https://recordings.example:8443")) == 422
    assert add(signed_in(person), SoftPasskey(origin="https://recordings.example")) == 302


@pytest.mark.parametrize("count", [0, 6, 7])
def test_a_count_that_does_not_increase_is_refused_and_in_the_trail(person: User, count: int) -> None:
    passkey = with_passkey(person, count=3)
    passkey.count = 7
    sign_in(Client(), passkey)
    passkey.count = count
    browser = Client()
    sign_in(browser, passkey)
    assert not is_signed_in(browser)
    entry = AuditEntry.objects.get(action="factor.counter_went_back")
    assert (entry.target_id, entry.before["counter"], entry.after["counter"]) == (str(person.pk), 7, count)


def test_a_count_that_increases_is_stored(person: User) -> None:
    passkey = with_passkey(person, count=3)
    for count in (4, 10):
        passkey.count = count
        browser = Client()
        sign_in(browser, passkey)
        assert is_signed_in(browser)
    assert Authenticator.objects.get(user=person, type="webauthn").data["counter"] == 10


def test_a_passkey_that_never_counts_keeps_signing_in(person: User) -> None:
    passkey = with_passkey(person)
    for _ in range(3):
        browser = Client()
        sign_in(browser, passkey)
        assert is_signed_in(browser)


def test_a_response_works_once(person: User) -> None:
    passkey, browser = with_passkey(person), Client()
    options = browser.get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
    answer = {"credential": json.dumps(passkey.sign(options))}
    browser.post(SIGN_IN, answer)
    assert is_signed_in(browser)
    browser.post("/logout/")
    browser.post(SIGN_IN, answer)
    assert not is_signed_in(browser)
