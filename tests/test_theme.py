"""The theme: kept in the browser, written into the page by the server."""

import pytest
from django.test import Client

from recordings.models import User
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


def test_a_chosen_theme_is_in_every_page_until_it_is_given_up(operator: User) -> None:
    browser = signed_in(operator)
    assert 'data-theme="system"' in browser.get("/profiles/").content.decode()
    response = browser.post("/theme/", {"theme": "dark", "next": "/profiles/"})
    assert (response.status_code, response["Location"]) == (303, "/profiles/")
    assert 'data-theme="dark"' in browser.get("/profiles/").content.decode()
    browser.post("/theme/", {"theme": "system"})
    assert 'data-theme="system"' in browser.get("/profiles/").content.decode()


@pytest.mark.parametrize("cookie", ["", 'dark"><script>', "blue"])
def test_a_theme_that_is_none_is_the_systems(client: Client, cookie: str) -> None:
    client.cookies["theme"] = cookie
    assert 'data-theme="system"' in client.get("/login/").content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_theme_leads_back_to_this_server_only(client: Client, back: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": back})["Location"] == "/"


def test_the_theme_is_posted(client: Client) -> None:
    assert client.get("/theme/").status_code == 405
