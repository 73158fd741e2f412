"""When a session ends under a page that refreshes itself, it says so once and asks the server no more."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import Recording
from recordings.sandbox import Sandbox

from .conftest import sign_in
from .test_stop_in_the_browser import running  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_page_that_refreshes_itself_stops_when_the_session_has_ended(
    page: Page,
    live_server: LiveServer,
    fleet: Sandbox,
    running: Recording,  # noqa: F811
) -> None:
    sign_in(page, live_server, "operator")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/recordings/rows/**", timeout=10_000):
        pass
    Session.objects.all().delete()
    expect(page.get_by_role("alert").filter(has_text="shows nothing new any more")).to_be_visible(timeout=10_000)
    asked.clear()
    page.wait_for_timeout(7000)
    assert asked == []
