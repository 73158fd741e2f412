"""The call behind a click: opened from the timeline, explained in place, copied with one click, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import Recording
from recordings.sandbox import Sandbox
from recordings.web.call_details import start_details
from tests.browser.conftest import sign_in
from tests.browser.screenshots import start_some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_call_opens_over_its_timeline_and_its_python_is_copied_with_one_click(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    start_some()
    recording = Recording.objects.filter(state=Recording.State.ACCEPTED)[0]
    sign_in(page, live_server, "operator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(live_server.url + recording.get_absolute_url())
    page.locator(f"#call-link-{recording.calls.get().pk}").click()
    detail = page.locator("#dialog #call-detail")
    detail.get_by_text("MaxIdleTime", exact=True).click()
    expect(detail.get_by_text("after this many seconds without video")).to_be_visible()
    detail.get_by_text("Python", exact=True).click()
    detail.get_by_role("button", name="Copy Python").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == start_details(recording).python.strip()
    detail.get_by_role("link", name="Close").click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert complaints == []
