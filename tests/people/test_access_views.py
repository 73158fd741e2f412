"""The buttons on a person's page."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from recordings.identity.password_links import person_of
from recordings.models import AuditEntry, User
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
BUTTONS = ("disable", "enable", "sign-out", "link", "remove-factors")


def do(client: Client, person: User, button: str, **headers: str) -> tuple[int, str]:
    """The status, and what the person's page says after it, or the answer itself."""
    response = client.post(f"/people/{person.pk}/{button}/", headers=headers)
    if response.status_code == 303:
        return 303, client.get(response.headers["Location"]).content.decode()
    return response.status_code, response.content.decode()


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def test_disabling_and_enabling_say_what_they_did(admin: User, operator: User) -> None:
    client = signed_in(admin)
    assert "Disabled, and signed out everywhere" in do(client, operator, "disable")[1]
    assert "Nothing to change" in do(client, operator, "disable")[1]
    assert "Enabled, with the same roles as before" in do(client, operator, "enable")[1]
    assert actions() == ["person.disabled", "person.enabled"]


def test_a_disabled_person_cannot_sign_in(admin: User, operator: User) -> None:
    operator.set_password("correct horse battery")
    operator.save()
    do(signed_in(admin), operator, "disable")
    answer = Client().post("/login/", {"login": "operator", "password": "correct horse battery"})
    assert answer.status_code == 422


def test_signing_a_person_out_leaves_the_admin_signed_in(admin: User, operator: User) -> None:
    theirs, client = signed_in(operator), signed_in(admin)
    assert "Signed out everywhere" in do(client, operator, "sign-out")[1]
    assert theirs.get("/you/").status_code == 302


def test_signing_oneself_out_ends_this_session_too(admin: User) -> None:
    client = signed_in(admin)
    assert client.post(f"/people/{admin.pk}/sign-out/").status_code == 303
    assert client.get("/you/").status_code == 302


def test_a_new_link_is_shown_and_replaces_the_one_before(admin: User, operator: User) -> None:
    client = signed_in(admin)
    url = f"/people/{operator.pk}/link/"
    first, second = (client.post(url, follow=True).context["visible_link"].link for _time in range(2))
    assert person_of(first.partition("#")[2]) is None
    assert person_of(second.partition("#")[2]) == operator
    assert actions() == ["person.link_made"] * 2


def test_a_new_link_leads_htmx_to_the_page_that_shows_it(admin: User, operator: User) -> None:
    answer = signed_in(admin).post(f"/people/{operator.pk}/link/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == operator.get_absolute_url()


def test_lost_factors_are_removed(admin: User, operator: User) -> None:
    Authenticator.objects.create(user=operator, type=Authenticator.Type.TOTP, data={})
    client = signed_in(admin)
    assert f"/people/{operator.pk}/remove-factors/" in client.get(f"/people/{operator.pk}/").content.decode()
    assert "All sessions ended" in do(client, operator, "remove-factors")[1]
    assert f"/people/{operator.pk}/remove-factors/" not in client.get(f"/people/{operator.pk}/").content.decode()


@pytest.mark.parametrize("button", ["disable", "link", "remove-factors"])
def test_actions_on_oneself_are_refused_and_not_offered(admin: User, button: str) -> None:
    client = signed_in(admin)
    assert f"/people/{admin.pk}/{button}/" not in client.get(f"/people/{admin.pk}/").content.decode()
    status, page = do(client, admin, button)
    assert (status, "alert--bad" in page) == (303, True)
    assert actions() == []


def test_htmx_is_led_to_the_page_that_says_what_was_done(admin: User, operator: User) -> None:
    response = signed_in(admin).post(f"/people/{operator.pk}/disable/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == f"/people/{operator.pk}/"


@pytest.mark.parametrize("button", BUTTONS)
def test_each_action_requires_a_recent_confirmation(admin: User, operator: User, button: str) -> None:
    client = Client()
    client.force_login(admin)
    url = f"/people/{operator.pk}/{button}/"
    page = f"/people/{operator.pk}/"
    response = client.post(url, headers={"Referer": f"http://testserver{page}"})
    assert response.headers["Location"] == f"/login/again/?next={page.replace('/', '%2F')}"
    response = client.post(url, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert b'id="confirm-again"' in response.content
    assert actions() == []


@pytest.mark.parametrize("button", BUTTONS)
def test_an_auditor_cannot_use_the_actions(auditor: User, operator: User, button: str) -> None:
    assert signed_in(auditor).post(f"/people/{operator.pk}/{button}/").status_code == 403
