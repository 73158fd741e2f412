"""The authenticator app: set up, required, removed. Each step is audited and signs out other browsers."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.audit_log.record import AuditEntry
from recordings.models import User
from tests.factories import make_admin, make_operator, signed_in

from .authenticators import (
    APP,
    CODES,
    PASSWORD,
    code_of,
    factors_of,
    give_code,
    give_password,
    is_signed_in,
    set_up_app,
    with_app,
)

pytestmark = pytest.mark.django_db
REMOVE = f"{APP}remove/"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin", password=PASSWORD)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def test_an_app_is_set_up_with_its_first_code_and_recovery_codes_come_with_it(person: User) -> None:
    client = signed_in(person)
    secret = client.get(APP).context["form"].secret
    response = client.post(APP, {"code": code_of(secret)})
    assert response.headers["Location"] == CODES
    assert factors_of(person) == {"totp", "recovery_codes"}
    assert len(client.get(CODES).context["unused_codes"]) == 10
    assert actions() == ["factor.added", "recovery_codes.made"]


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_key_that_is_shown(person: User) -> None:
    client = signed_in(person)
    secret = client.get(APP).context["form"].secret
    response = client.post(APP, {"code": "000000"})
    assert response.status_code == 422
    assert response.context["form"].secret == secret
    assert factors_of(person) == set()


def test_after_the_password_the_code_is_required_and_signs_in(person: User) -> None:
    _, secret = with_app(person)
    client = Client()
    client.post("/login/?next=/recordings/new/", {"login": "lin", "password": PASSWORD})
    assert not is_signed_in(client)
    response = client.post("/login/factor/", {"code": code_of(secret)})
    assert response.headers["Location"] == "/recordings/new/"
    assert is_signed_in(client)
    assert AuditEntry.objects.get(action="session.began").after == {"with": ["password", "totp"]}


def test_a_code_works_once(person: User) -> None:
    _, secret = with_app(person)
    code = code_of(secret)
    for expected in (302, 422):
        client = Client()
        give_password(client, person)
        assert give_code(client, code) == expected
    assert not is_signed_in(client)


def test_the_code_that_set_the_app_up_does_not_sign_in(person: User) -> None:
    _, secret = with_app(person)
    client = Client()
    give_password(client, person)
    assert give_code(client, code_of(secret, later=-1)) == 422


def test_a_code_of_two_steps_ago_is_refused(person: User) -> None:
    _, secret = with_app(person)
    client = Client()
    give_password(client, person)
    assert give_code(client, code_of(secret, later=-3)) == 422
    assert actions()[-1] == "factor.refused"


def test_codes_are_limited_for_the_account_from_any_address(person: User) -> None:
    _, secret = with_app(person)
    for number in range(5):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        give_password(client, person)
        assert give_code(client, "000000") == 422
    assert give_code(client, code_of(secret)) == 422
    assert not is_signed_in(client)


def test_a_new_app_signs_out_every_other_browser_and_not_this_one(person: User) -> None:
    other = signed_in(person)
    client, _ = with_app(person)
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_removing_the_app_takes_the_recovery_codes_along_and_signs_out_others(person: User) -> None:
    client, secret = with_app(person)
    other = Client()
    give_password(other, person)
    assert give_code(other, code_of(secret)) == 302
    assert client.get(REMOVE).status_code == 200
    assert client.post(REMOVE).status_code == 302
    assert factors_of(person) == set()
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert AuditEntry.objects.get(action="factor.removed").before == {"factor": "totp"}


def test_the_last_factor_of_a_credential_admin_stays(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    admin = make_admin()
    client, _ = with_app(admin)
    assert b"Cannot be removed" in client.get(REMOVE).content
    assert client.post(REMOVE).status_code == 422
    assert factors_of(admin) == {"totp", "recovery_codes"}


def test_a_credential_admin_without_a_factor_is_led_to_adding_one(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = signed_in(make_admin())
    response = client.get("/recordings/")
    assert response.status_code == 303
    assert response.headers["Location"] == "/you/factors/"
    assert b"Add a second factor first" in client.get("/you/factors/").content
    set_up_app(client)
    assert client.get("/recordings/").status_code == 200


def test_changing_factors_requires_a_recent_confirmation(person: User) -> None:
    client = signed_in(person)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.get(APP)
    assert response.headers["Location"] == "/login/again/?next=%2Fyou%2Ffactors%2Fapp%2F"
