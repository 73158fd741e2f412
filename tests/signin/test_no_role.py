"""A user without a role sees what to do and can sign out; no page leads in a circle."""

import re

import pytest
from django.test import Client

from recordings.models import User
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/recordings/", "/fleet/devices/", "/people/", "/status/"])
def test_without_a_role_the_page_says_whom_to_ask_and_offers_sign_out(no_role_user: User, url: str) -> None:
    client = signed_in(no_role_user)
    response = client.get(url)
    page = response.content.decode()
    assert response.status_code == 403
    assert "You have no role yet" in page
    assert "Ask a credential admin to give you a role" in page
    assert 'action="/logout/"' in page
    client.post("/logout/")
    assert client.get(url).status_code == 302


def test_nothing_on_that_page_leads_to_the_same_page_but_the_mark(no_role_user: User) -> None:
    client = signed_in(no_role_user)
    main = client.get("/recordings/").content.decode().partition("<main")[2]
    assert re.findall(r'<a[^>]* href="([^"]*)"', main) == []


def test_with_a_role_it_names_the_missing_permission_and_leads_home(operator: User) -> None:
    page = signed_in(operator).get("/people/").content.decode()
    assert "You don&#x27;t have permission" in page or "You don't have permission" in page
    assert "no role" not in page
    assert "Go to home page" in page


def test_a_session_that_is_signed_out_is_asked_to_sign_in(db: None) -> None:
    assert Client().get("/recordings/").status_code == 302
