"""Passkeys without a browser: options, malformed input, and who may remove which.

The ceremonies themselves run in a real browser: tests/browser/test_factors_in_the_browser.py.
"""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry, User
from tests.factories import make_admin, make_operator, signed_in

from .authenticators import PASSWORD, factors_of, is_signed_in, with_app

pytestmark = pytest.mark.django_db
ADD, SIGN_IN = "/you/factors/passkeys/new/", "/login/passkey/"
MALFORMED: list[Any] = [None, [], {}, 7, "x", {"id": "x"}, {"response": {"userHandle": "MQ"}}, {"response": []}]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


def passkey_of(person: User) -> Authenticator:
    """A row as a passkey leaves it, as far as naming and removing look at it."""
    return Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )


def test_a_new_passkey_must_verify_its_holder_and_sign_in_alone(person: User) -> None:
    options = signed_in(person).get(ADD).context["js_data"]["creation_options"]["publicKey"]
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["rp"] == {"id": "localhost", "name": "TRRO Admin"}


def test_the_sign_in_accepts_any_passkey_that_verifies_its_holder() -> None:
    answer = Client().get(SIGN_IN, headers={"Accept": "application/json"}).json()
    assert answer["request_options"]["publicKey"]["userVerification"] == "required"
    assert not answer["request_options"]["publicKey"].get("allowCredentials")
    assert Client().get(SIGN_IN).headers["Location"] == "/login/"


def test_challenges_are_limited_by_address() -> None:
    client = Client()
    statuses = [client.get(SIGN_IN, headers={"Accept": "application/json"}).status_code for _ in range(31)]
    assert statuses[-2:] == [200, 429]


@pytest.mark.parametrize("malformed", MALFORMED, ids=json.dumps)
def test_malformed_input_adds_nothing_and_signs_no_one_in(person: User, malformed: object) -> None:
    client, posted = signed_in(person), {"name": "Phone", "credential": json.dumps(malformed)}
    client.get(ADD)
    assert client.post(ADD, posted).status_code == 422
    assert factors_of(person) == set()
    stranger = Client()
    stranger.get(SIGN_IN, headers={"Accept": "application/json"})
    assert stranger.post(SIGN_IN, posted).headers["Location"] == "/login/"
    assert not is_signed_in(stranger)


@pytest.mark.parametrize("malformed", MALFORMED, ids=json.dumps)
def test_malformed_input_is_no_second_factor(person: User, malformed: object) -> None:
    with_app(person)
    client = Client()
    client.post("/login/", {"login": "lin", "password": PASSWORD})
    assert client.post("/login/factor/", {"credential": json.dumps(malformed)}).status_code == 422
    assert not is_signed_in(client)


def test_a_refused_passkey_is_in_the_trail() -> None:
    client = Client()
    client.post(SIGN_IN, {"credential": json.dumps({"id": "x"})})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("session.refused", "unknown user")


def test_it_is_renamed_and_the_trail_says_so(person: User) -> None:
    passkey, client = passkey_of(person), confirmed(person)
    url = f"/you/factors/passkeys/{passkey.pk}/edit/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Key\u202e ring"}).status_code == 422
    assert client.post(url, {"name": "Key ring"}).headers["Location"] == "/you/factors/"
    assert b"Key ring" in client.get("/you/factors/").content
    entry = AuditEntry.objects.get(action="factor.renamed")
    assert (entry.before["name"], entry.after["name"]) == ("Phone", "Key ring")


def test_it_is_removed_and_every_other_browser_is_signed_out(person: User) -> None:
    passkey, client, other = passkey_of(person), confirmed(person), signed_in(person)
    url = f"/you/factors/passkeys/{passkey.pk}/remove/"
    assert b"Phone" in client.get(url).content
    assert client.post(url).status_code == 302
    assert factors_of(person) == set()
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert AuditEntry.objects.get(action="factor.removed").before == {"factor": "webauthn", "name": "Phone"}


def test_a_credential_admin_can_remove_one_of_two_and_not_the_last(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    admin = make_admin()
    first, second = passkey_of(admin), passkey_of(admin)
    client = confirmed(admin)
    assert client.post(f"/you/factors/passkeys/{first.pk}/remove/").status_code == 302
    url = f"/you/factors/passkeys/{second.pk}/remove/"
    assert b"Cannot be removed" in client.get(url).content
    assert client.post(url).status_code == 422
    assert factors_of(admin) == {"webauthn"}


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_another_users_passkey_is_not_found(person: User, what: str) -> None:
    theirs = passkey_of(make_operator())
    client = signed_in(person)
    for method in (client.get, client.post):
        assert method(f"/you/factors/passkeys/{theirs.pk}/{what}/", {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Phone"


def confirmed(person: User) -> Client:
    """A browser in which the factor was shown just now."""
    client = signed_in(person)
    session = client.session
    session["account_authentication_methods"] = [
        each | {"method": "mfa"} for each in session["account_authentication_methods"]
    ]
    session.save()
    return client
