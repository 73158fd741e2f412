"""When a session ends under a page that refreshes itself, it says so once and asks the server no more."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import AuditEntry, Recording
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
    expect(page.get_by_role("alert").filter(has_text="no longer updates")).to_be_visible(timeout=10_000)
    asked.clear()
    page.wait_for_timeout(7000)
    assert asked == []


def test_in_the_dialog_it_says_so_where_it_can_be_reached_and_keeps_what_was_typed(
    page: Page,
    live_server: LiveServer,
    fleet: Sandbox,
    running: Recording,  # noqa: F811
) -> None:
    sign_in(page, live_server, "operator")
    page.locator(f"#recording-{running.pk}").get_by_role("link", name=re.compile("^Stop .*stream 0$")).click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Reason").fill("Shift is over")
    Session.objects.all().delete()
    dialog.get_by_role("button", name="Stop recording").click()
    with page.context.expect_page() as opened:
        dialog.get_by_role("alert").get_by_role("link", name="Sign in").click()
    sign_in(opened.value, live_server, "operator")
    dialog.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("status").filter(has_text="accepted the stop")).to_be_visible()
    assert AuditEntry.objects.get(action="recording.stop_asked").reason == "Shift is over"
