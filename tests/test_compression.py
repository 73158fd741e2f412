"""Which responses are compressed, and which never."""

import gzip

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver

from recordings.models import User
from recordings.web.compression import SHOWS_A_SECRET
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip, br"}


def encoding(browser: Client, path: str) -> str:
    return str(browser.get(path, headers=GZIP).headers.get("Content-Encoding", "none"))


def test_a_list_is_compressed_for_a_browser_that_takes_it(operator: User) -> None:
    browser = signed_in(operator)
    response = browser.get("/recordings/", headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(response.content)
    assert "Accept-Encoding" in response.headers["Vary"]
    assert b"</html>" in browser.get("/recordings/").content


def test_the_sign_in_is_compressed(client: Client) -> None:
    assert encoding(client, "/login/") == "gzip"


@pytest.mark.parametrize("path", ["/you/", "/you/factors/", "/you/factors/app/", "/you/factors/codes/"])
def test_a_page_of_oneself_is_never_compressed(admin: User, path: str) -> None:
    assert encoding(signed_in(admin), path) == "none"


def test_a_page_that_may_show_a_password_link_is_never_compressed(admin: User) -> None:
    assert encoding(signed_in(admin), admin.get_absolute_url()) == "none"


def test_the_names_of_pages_with_secrets_exist() -> None:
    assert set(get_resolver().reverse_dict) >= SHOWS_A_SECRET


def test_a_bundle_is_served_as_one_file(client: Client) -> None:
    found = finders.find("css/bundles/frame.css")
    assert isinstance(found, str)
    response = client.get("/static/css/bundles/frame.css", headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    served = gzip.decompress(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert b".skip" in served
    assert b"@import" not in served
