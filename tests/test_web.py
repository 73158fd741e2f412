"""Between Django and HTMX: the ways back to a page."""

import pytest
from django.core import signing
from django.test import Client, RequestFactory

from recordings.models import User
from recordings.web.current_page import page_to_return_to
from recordings.web.request_log import PathOnlyMiddleware
from tests.factories import signed_in


def test_a_posted_form_leads_back_to_itself_with_what_may_be_kept() -> None:
    typed = {"reason": "wrong truck", "secret_key": "canary", "csrfmiddlewaretoken": "canary"}
    assert page_to_return_to(RequestFactory().post("/recordings/7/stop/", typed)) == (
        "/recordings/7/stop/?reason=wrong+truck"
    )
    assert page_to_return_to(RequestFactory().post("/fleet/projects/new/", {"name": "Pit"})) == "/fleet/projects/new/"


@pytest.mark.parametrize(
    ("sent_from", "back"),
    [
        ("http://testserver/recordings/7/", "/recordings/7/"),
        ("http://elsewhere.example/recordings/8/", "/recordings/7/again/"),
        ("http://testserver//elsewhere.example/", "/recordings/7/again/"),
    ],
)
def test_a_button_leads_back_to_the_page_it_stood_on_and_never_elsewhere(sent_from: str, back: str) -> None:
    request = RequestFactory().post("/recordings/7/again/", headers={"referer": sent_from})
    assert page_to_return_to(request) == back


@pytest.mark.django_db
def test_an_expired_form_reloads_with_its_input(operator: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(operator)
    response = browser.post("/recordings/new/", {"video_stream_id": "7", "secret_key": "canary"})
    assert response.status_code == 403
    assert 'href="/recordings/new/?video_stream_id=7"' in response.content.decode()


@pytest.mark.django_db
def test_a_page_that_refreshes_itself_mentions_no_input(client: Client) -> None:
    polled = client.get("/status/", headers={"HX-Request": "true"})
    pressed = client.post("/recordings/new/", headers={"HX-Request": "true"})
    assert (polled.status_code, pressed.status_code) == (401, 401)
    assert "input is kept" not in polled.content.decode()
    assert "your input is kept" in pressed.content.decode()


@pytest.mark.parametrize("url", ["http://[", "//[::1", "http://testserver//elsewhere.example/"])
def test_an_address_that_cannot_be_read_leads_nowhere(url: str) -> None:
    request = RequestFactory().post("/recordings/7/again/", headers={"referer": url})
    assert page_to_return_to(request) == "/recordings/7/again/"


def test_the_log_of_requests_names_the_path_and_not_the_query() -> None:
    assert PathOnlyMiddleware.format_request(RequestFactory().get("/login/oidc/sso/callback/?code=secret")) == (
        "GET /login/oidc/sso/callback/"
    )


@pytest.mark.django_db
def test_a_cursor_of_one_list_is_the_beginning_of_another(admin: User) -> None:
    cursor = signing.dumps(["Pit", "1"], salt="recordings.web.paging.recordings.StorageCredential.name")
    assert signed_in(admin).get("/credentials/accounts/", {"after": cursor}).status_code == 200
