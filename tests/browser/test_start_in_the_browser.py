"""The main job through the whole stack: a real browser, server, database, SDK and a TRRO over HTTP."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import Device, Recording
from recordings.sandbox import EntryKind, Sandbox

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose_device(page: Page, device_id: str) -> None:
    page.fill("input[name=device_search]", device_id)
    choice = page.locator("label", has=page.locator("input[name=device]"), has_text=device_id)
    expect(choice).to_have_count(1)
    choice.click()


def start(page: Page, live_server: LiveServer, device_id: str) -> None:
    device = Device.objects.get(device_id=device_id)
    page.goto(f"{live_server.url}/recordings/new/")
    page.select_option("select[name=project]", value=str(device.project_id))
    choose_device(page, device_id)
    page.get_by_role("button", name=re.compile("^(Start recording|开始录制)$")).last.click()


def test_an_operator_starts_a_recording_is_refused_a_second_and_reads_why_another_failed(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    sign_in(page, live_server, "operator")

    start(page, live_server, "truck_002")
    page.wait_for_url(re.compile(r"/recordings/\d+/$"))
    (started,) = fleet.journal(EntryKind.STARTED)
    expect(page.locator("main")).to_contain_text(started.task_id)
    expect(page.locator("main")).to_contain_text(started.request_id)

    page.goto(f"{live_server.url}/recordings/")
    row = page.locator(f"#recording-{Recording.objects.get().pk}")
    expect(row).to_contain_text(started.task_id)
    expect(row).to_contain_text(started.request_id)

    start(page, live_server, "truck_002")
    refusal = page.get_by_role("alert").filter(has_text="Not started")
    expect(refusal).to_be_visible()
    expect(refusal.get_by_role("link").first).to_have_attribute("href", Recording.objects.get().get_absolute_url())
    assert len(fleet.journal(EntryKind.STARTED)) == 1

    start(page, live_server, "demo_storage_refused")
    expect(page.locator("main")).to_contain_text("UnauthorizedOperation.StorageAuthFailed")
    expect(page.locator("main")).to_contain_text("Credential admin")

    refused = Recording.objects.get(state=Recording.State.REFUSED)
    page.goto(f"{live_server.url}{refused.get_absolute_url()}")
    page.get_by_role("button", name="中文").or_(page.get_by_role("button", name="简体中文")).first.click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("main")).to_contain_text("UnauthorizedOperation.StorageAuthFailed")
    expect(page.locator("main")).to_contain_text("存储")
    assert complaints == []
