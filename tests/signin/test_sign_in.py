"""Signing in and out through allauth, with the real password hasher."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.audit_log.verify import verify
from recordings.models import AuditEntry, Project, User
from tests.factories import make_operator

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def real_hasher(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cache.clear()


@pytest.fixture
def person(project: Project) -> User:
    return make_operator(project, username="lin", password=PASSWORD)


def sign_in(client: Client, login: str, password: str, **more: str) -> int:
    return client.post("/login/", {"login": login, "password": password} | more).status_code


def test_the_right_password_signs_in_and_leads_to_the_requested_page(person: User, client: Client) -> None:
    response = client.post("/login/?next=/recordings/new/", {"login": "lin", "password": PASSWORD})
    assert response.status_code == 302
    assert response.headers["Location"] == "/recordings/new/"
    assert client.get("/recordings/new/").status_code == 200


def test_the_password_is_stored_as_argon2(person: User) -> None:
    assert person.password.startswith("argon2$")


def test_a_next_address_elsewhere_is_not_followed(person: User, client: Client) -> None:
    response = client.post("/login/?next=https://elsewhere.example/", {"login": "lin", "password": PASSWORD})
    assert response.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(person: User, client: Client) -> None:
    wrong = client.post("/login/", {"login": "lin", "password": "no"}).context["form"].errors
    unknown = client.post("/login/", {"login": "nobody", "password": "no"}).context["form"].errors
    assert wrong == unknown != {}


def test_a_disabled_user_gets_the_answer_of_a_wrong_password(person: User, client: Client) -> None:
    wrong = client.post("/login/", {"login": "lin", "password": "no"})
    person.is_active = False
    person.save()
    right = client.post("/login/", {"login": "lin", "password": PASSWORD})
    assert right.status_code == wrong.status_code == 422
    assert right.context["form"].errors == wrong.context["form"].errors
    assert client.get("/recordings/").status_code == 302


def test_many_wrong_passwords_lock_the_account_for_a_while(person: User, client: Client) -> None:
    for _ in range(12):
        sign_in(client, "lin", "no")
    sign_in(client, "lin", PASSWORD)
    assert client.get("/recordings/").status_code == 302


def test_sign_up_is_closed(client: Client) -> None:
    for path in ("/signup/", "/accounts/signup/", "/password/reset/"):
        assert client.get(path).status_code == 404


def test_signing_out_takes_a_post_and_ends_the_session(person: User, client: Client) -> None:
    client.force_login(person)
    client.get("/logout/")
    assert client.get("/recordings/").status_code == 200
    client.post("/logout/")
    assert client.get("/recordings/").status_code == 302


@time_machine.travel("2026-11-24T12:00:10Z", tick=False)  # entries are merged by the minute
def test_ways_in_and_out_are_in_the_trail_with_their_address(person: User, client: Client) -> None:
    sign_in(client, "lin", "no")
    sign_in(client, "lin", "no again")
    sign_in(client, "lin", PASSWORD)
    client.post("/logout/")
    entries = AuditEntry.objects.order_by("sequence").values_list("action", "actor", "target", "address")
    assert list(entries) == [
        ("session.refused", "", "lin", "127.0.0.1"),
        ("session.began", "lin", "lin", "127.0.0.1"),
        ("session.ended", "lin", "lin", "127.0.0.1"),
    ]
    assert verify().finding is None


def test_an_unknown_name_is_not_stored(client: Client) -> None:
    sign_in(client, "my-password-by-mistake", "x")
    assert AuditEntry.objects.get().target == "unknown user"


@time_machine.travel("2026-11-24T12:00:10Z", tick=False)
def test_a_denied_page_is_in_the_trail_once_a_minute(no_role_user: User, client: Client) -> None:
    client.force_login(no_role_user)
    for _ in range(3):
        assert client.get("/recordings/").status_code == 403
    assert AuditEntry.objects.get().action == "access.denied"


def test_the_language_is_switched_by_a_cookie(client: Client) -> None:
    response = client.post("/language/", {"language": "zh-hans", "next": "/login/"})
    assert response.status_code == 302
    assert client.get("/login/").headers["Content-Language"] == "zh-hans"
