"""/people/password/: where a link leads. Open to the signed out."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from recordings.models import AuditEntry, User
from recordings.people.access import new_link
from tests.factories import make_operator, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/people/password/"
PASSWORD = "correct horse battery"
INVALID = "This link has been used"


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def code(admin: User, operator: User) -> str:
    return new_link(actor=admin, person=operator).partition("#")[2]


def choose(code: str, password: str = PASSWORD, again: str | None = None, client: Client | None = None) -> HttpResponse:
    posted = {"code": code, "password": password, "again": password if again is None else again}
    return (client or Client()).post(PAGE, posted)


def test_the_page_opens_to_the_signed_out_and_is_kept_by_no_cache() -> None:
    response = Client().get(PAGE)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert Client().put(PAGE).status_code == 405


def test_the_new_password_signs_in(code: str, operator: User) -> None:
    response = choose(code)
    assert response.headers["Location"] == "/login/"
    client = Client()
    client.post("/login/", {"login": "operator", "password": PASSWORD})
    assert client.get("/you/").status_code == 200
    entry = AuditEntry.objects.get(action="password.chosen")
    assert (entry.actor, entry.target_id) == ("operator", str(operator.pk))


def test_a_link_works_once(code: str, operator: User) -> None:
    assert choose(code).status_code == 302
    response = choose(code, "another good password")
    assert response.status_code == 422
    assert INVALID in response.content.decode()
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)


def test_the_old_password_works_until_the_link_is_used_and_sessions_end_then(admin: User) -> None:
    person = make_operator(password="the old password")
    code = new_link(actor=admin, person=person).partition("#")[2]
    theirs = signed_in(person)
    assert theirs.get("/you/").status_code == 200
    choose(code)
    assert theirs.get("/you/").status_code == 302


def test_a_link_is_valid_for_three_days(code: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        assert INVALID in choose(code).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=23), tick=False):
        assert choose(code).status_code == 302


def test_a_link_of_a_disabled_person_is_invalid(code: str, operator: User) -> None:
    User.objects.filter(pk=operator.pk).update(is_active=False)
    assert choose(code).status_code == 422


def test_codes_of_other_users_and_invented_codes_are_invalid(code: str, admin: User) -> None:
    token = code.partition("-")[2]
    for wrong in (f"{admin.pk}-{token}", token, "x-y-z", "1", "9" * 40 + "-a-b", code[:-1], f"{code}0", "²-a-b"):
        assert choose(wrong).status_code == 422
    refused = AuditEntry.objects.filter(action="password.link_refused")
    assert refused.exists()
    assert token not in str(list(refused.values()))


@pytest.mark.parametrize("password", ["short", "password1234", "operator-1234"])
def test_validators_apply_and_the_link_stays_valid(code: str, password: str) -> None:
    assert choose(code, password).status_code == 422
    assert choose(code).status_code == 302


def test_two_different_passwords_are_refused(code: str) -> None:
    response = choose(code, PASSWORD, "correct horse batterie")
    assert "do not match" in response.content.decode()
    assert not AuditEntry.objects.filter(action="password.chosen").exists()


def test_the_code_comes_back_and_no_password_does(code: str) -> None:
    page = choose(code, "short").content.decode()
    assert 'value="short"' not in page
    assert code in page  # so that the passwords can be typed again


def test_the_user_signed_in_here_is_signed_out(code: str, admin: User) -> None:
    client = signed_in(admin)
    choose(code, client=client)
    assert client.get("/you/").status_code == 302


def test_neither_code_nor_password_is_in_the_log_or_the_trail(
    admin: User, operator: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = signed_in(admin)
    code = client.post(f"/people/{operator.pk}/link/", follow=True).context["visible_link"].link.partition("#")[2]
    choose(code, "short")
    choose(code)
    written = caplog.text + str(list(AuditEntry.objects.values()))
    assert "password.chosen" in written
    for secret in (code, code.rpartition("-")[2], PASSWORD):
        assert secret not in written


def test_many_codes_are_limited(code: str) -> None:
    client = Client()
    statuses = [choose("1-a-b", client=client).status_code for _each in range(22)]
    assert statuses[:20] == [422] * 20
    assert 429 in statuses
