"""The sign-in never redirects to another host, and no response to a signed-in user is cached."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import User
from tests.factories import make_operator, signed_in

from .authenticators import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def several_hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example", ".below.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example"]
    cache.clear()


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/", "//other.example/", "https://trusted.example/", "http://a.below.example/",
        "http://testserver:81/", "http://testserver@other.example/", "javascript:alert(1)", "/\\other.example",
    ],
)  # fmt: skip
def test_another_host_is_not_redirected_to_though_it_is_allowed(address: str) -> None:
    make_operator(username="lin", password=PASSWORD)
    response = Client().post("/login/", {"login": "lin", "password": PASSWORD, "next": address})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/recordings/new/?device=7", "http://testserver/audit/"])
def test_a_page_of_this_host_is_redirected_to(address: str) -> None:
    make_operator(username="lin", password=PASSWORD)
    response = Client().post("/login/", {"login": "lin", "password": PASSWORD, "next": address})
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    "path", ["/recordings/999999/", "/nowhere/", "/audit/", "/people/", "/language/", "/you/display/"]
)
def test_no_response_to_a_signed_in_user_is_cached(no_role_user: User, path: str) -> None:
    browser = signed_in(no_role_user)
    for response in (browser.get(path), browser.post(path), browser.put(path)):
        assert "no-store" in response.headers["Cache-Control"], response.status_code


def test_what_a_wall_display_may_not_send_is_not_cached(operator: User) -> None:
    browser = signed_in(operator)
    browser.post("/you/display/")
    response = browser.post("/recordings/new/")
    assert response.status_code == 403
    assert "no-store" in response.headers["Cache-Control"]
