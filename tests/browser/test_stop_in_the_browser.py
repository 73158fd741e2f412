"""Stopping in a real browser: the dialog asks, Escape leaves it, and without JavaScript a page asks instead."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.lifecycle.start import start_recording
from recordings.models import Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Sandbox
from tests.lifecycle.start_requests import start_request

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


STOP = re.compile(r"^Stop .*truck_002.*, stream 0$")


@pytest.fixture
def running(fleet: Sandbox) -> Recording:
    device = Device.objects.select_related("project__account").get(device_id="truck_002")
    operator = User.objects.get(username="operator")
    return start_recording(actor=operator, request=start_request(device, StorageCredential.objects.get()))[0]


def test_the_dialog_asks_escape_leaves_it_and_a_click_stops(
    page: Page, live_server: LiveServer, fleet: Sandbox, running: Recording, complaints: list[str]
) -> None:
    sign_in(page, live_server, "operator")
    row = page.locator(f"#recording-{running.pk}")
    dialog = page.locator("#dialog")
    row.get_by_role("link", name=STOP).click()
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link", name="Keep recording")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert not fleet.journal(EntryKind.STOPPED)

    row.get_by_role("link", name=STOP).click()
    dialog.get_by_role("link", name="Keep recording").click()
    expect(dialog).to_be_hidden()
    page.wait_for_timeout(3500)  # the row refreshes itself meanwhile, and its link still asks
    row.get_by_role("link", name=STOP).click()
    dialog.get_by_label("Reason").fill("Shift is over")
    dialog.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("status").filter(has_text="accepted the stop")).to_be_visible()
    expect(row).to_contain_text("Stopping")
    expect(row.get_by_role("link", name=STOP)).to_have_count(0)
    assert [entry.task_id for entry in fleet.journal(EntryKind.STOPPED)] == [running.task_id]
    assert complaints == []


def test_without_javascript_a_page_asks(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, running: Recording
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    sign_in(page, live_server, "operator")
    page.locator(f"#stop-{running.pk}").click()
    page.wait_for_url(f"**/recordings/{running.pk}/stop/")
    page.get_by_role("button", name="Stop recording").click()
    page.wait_for_url(f"**{running.get_absolute_url()}")
    expect(page.get_by_role("status").filter(has_text="accepted the stop")).to_be_visible()
    assert len(fleet.journal(EntryKind.STOPPED)) == 1
    context.close()
