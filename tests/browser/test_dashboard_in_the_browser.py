"""The dashboard on a wall: what happens elsewhere appears within seconds, everything fits, and a standstill is said."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.lifecycle.start import start_recording
from recordings.models import Device, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.lifecycle.start_requests import start_request

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITHIN = 5000
"""Milliseconds."""


def start(device_id: str) -> Device:
    """As an operator does it elsewhere."""
    device = Device.objects.get(device_id=device_id)
    request = start_request(device, StorageCredential.objects.get())
    start_recording(actor=User.objects.get(username="operator"), request=request)
    return device


@pytest.mark.parametrize(
    ("language", "ready", "starting"), [("en-GB", "Connected", "Starting"), ("zh-CN", "已连接", "正在启动")]
)
def test_a_wall_display_shows_a_recording_that_was_started_elsewhere_within_five_seconds(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, language: str, ready: str, starting: str
) -> None:
    context = chromium.new_context(viewport={"width": 1920, "height": 1080}, locale=language)
    page = context.new_page()
    sign_in(page, live_server, "auditor")
    page.goto(f"{live_server.url}/?wall")
    tile = page.locator(f"#tile-{Device.objects.get(device_id='truck_002').pk}")
    expect(tile).to_contain_text(ready)
    expect(page.locator("#kpi-live .kpi__number")).to_have_text("0")
    start("truck_002")
    expect(tile).to_contain_text(starting, timeout=WITHIN)
    expect(page.locator("#kpi-live .kpi__number")).to_have_text("1")
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (2560, 1440)])
def test_a_wall_display_fills_its_screen_without_scrolling(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, width: int, height: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    sign_in(page, live_server, "auditor")
    with page.expect_response(lambda answer: "fits=" in answer.url, timeout=WITHIN):
        page.goto(f"{live_server.url}/?wall")
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight") is True
    tiles = page.locator("[data-tiles]")
    assert tiles.evaluate("each => each.scrollHeight <= each.clientHeight")
    expect(page.locator(".rail")).to_be_hidden()
    context.close()


def test_a_dashboard_that_is_not_updated_says_so(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    sign_in(page, live_server, "operator")
    page.goto(live_server.url)
    expect(page.locator("#freshness")).to_contain_text("Updated", timeout=WITHIN)
    assert complaints == []
    page.route("**/?version=*", lambda route: route.abort())
    expect(page.locator("#stale")).to_contain_text(re.compile(r"Not updating since \d\d:\d\d:\d\d"), timeout=WITHIN)
    expect(page.locator("#dashboard")).to_have_css("opacity", "0.75")
    page.unroute("**/?version=*")
    expect(page.locator("#stale")).to_be_hidden(timeout=WITHIN)


def test_a_refresh_leaves_the_open_table_and_the_focus_alone(
    page: Page, live_server: LiveServer, fleet: Sandbox
) -> None:
    sign_in(page, live_server, "operator")
    page.goto(live_server.url)
    page.locator("#chart-hours summary").click()
    page.locator("#pick-idle").focus()
    start("truck_004")
    expect(page.locator("#kpi-live .kpi__number")).to_have_text("1", timeout=WITHIN)
    expect(page.locator("#chart-hours table")).to_be_visible()
    expect(page.locator("#pick-idle")).to_be_focused()
