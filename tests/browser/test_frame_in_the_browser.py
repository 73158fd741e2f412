"""The frame of every page in a real browser: its switches keep what was typed, its keys, its clock, its widths."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import Device
from recordings.sandbox import Sandbox

from .conftest import sign_in
from .test_start_in_the_browser import choose_device
from .test_widths_in_the_browser import CUT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_switching_theme_and_language_keeps_what_was_typed(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/new/")
    device = Device.objects.get(device_id="qc_01")
    page.select_option("select[name=project]", value=str(device.project_id))
    choose_device(page, "qc_01")
    page.fill("input[name=video_stream_id]", "3")

    page.get_by_role("button", name="Theme: as the system").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.get_by_role("button", name="Theme: light")).to_be_focused()
    page.get_by_role("button", name="Theme: light").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body.parentElement).colorScheme") == "dark"
    expect(page.locator("input[name=video_stream_id]")).to_have_value("3")

    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("select[name=project]")).to_have_value(str(device.project_id))
    expect(page.locator("input[name=device]:checked")).to_have_value(str(device.pk))
    expect(page.locator("input[name=video_stream_id]")).to_have_value("3")
    expect(page.get_by_role("button", name="English")).to_be_focused()
    assert complaints == []


def test_switching_the_language_keeps_a_form_but_never_stores_its_secrets(
    page: Page, live_server: LiveServer, fleet: Sandbox
) -> None:
    sign_in(page, live_server, "admin")
    page.goto(f"{live_server.url}/credentials/accounts/new/")
    page.fill("input[name=name]", "Port of Tianjin")
    page.fill("input[name=secret_key]", "canary-secret-key")
    page.evaluate("document.addEventListener('submit', () => (window.name = JSON.stringify(sessionStorage)))")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("input[name=name]")).to_have_value("Port of Tianjin")
    kept = page.evaluate("window.name")
    assert "Port of Tianjin" in kept
    assert "canary" not in kept
    assert "Port of Tianjin" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_keys_go_to_the_search_and_to_the_help_unless_something_is_typed_or_they_are_off(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/fleet/devices/")
    page.keyboard.press("/")
    search = page.locator("main input[name=q]")
    expect(search).to_be_focused()
    page.keyboard.type("?/")
    expect(search).to_have_value("?/")
    expect(page.locator("dialog[open]")).to_have_count(0)

    page.locator("main").focus()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    help_.get_by_label("Single-key shortcuts in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    expect(page.locator(".header [data-keyboard-help]")).to_be_focused()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(search).not_to_be_focused()

    page.goto(f"{live_server.url}/keyboard/")
    page.get_by_label("Single-key shortcuts in this browser").check()
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert complaints == []


def test_the_frame_fits_from_320_to_2560_px_and_at_400_percent(
    page: Page, live_server: LiveServer, fleet: Sandbox
) -> None:
    sign_in(page, live_server, "operator")  # whose bar is the fullest: with a button to start
    page.goto(f"{live_server.url}/keyboard/")
    expect(page.locator(".header .sandbox")).to_be_visible()
    found = []
    for language in ("en", "zh"):
        for width, height in ((320, 256), (360, 225), (390, 844), (720, 450), (960, 600), (1100, 800), (2560, 1440)):
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{language} {width}: {each}" for each in page.evaluate(CUT)]
            height = page.evaluate("document.getElementById('header').offsetHeight")
            found += [] if height == 44 else [f"{language} {width}: the bar is {height} high"]
        page.set_viewport_size({"width": 1440, "height": 900})
        if language == "en":
            page.get_by_role("button", name="中文").click()
            expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
            page.wait_for_load_state("networkidle")  # measured is the page as it stays
    assert found == [], "\n".join(found)
