"""The history by keyboard, and one recording beside it, in a real browser and in both languages."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import Recording
from recordings.sandbox import Sandbox

from .conftest import sign_in
from .test_refresh_in_the_browser import POLL, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
State = Recording.State
REQUEST = "2c1b0e5a-77aa-4c2b-9d1e-0123456789ab"


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_an_auditor_finds_a_recording_by_its_request_id_with_the_keyboard_alone(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, language: str
) -> None:
    wanted = record("truck_002", request_id=REQUEST, task_id="-wanted")
    record("truck_003", request_id="another")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale=language)
    page = context.new_page()
    sign_in(page, live_server, "auditor")
    page.goto(f"{live_server.url}/recordings/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_q").focus()
    page.keyboard.insert_text(REQUEST)
    expect(page.locator("#recordings tbody tr")).to_have_count(1)
    page.keyboard.press("Enter")  # which searches once more: its rows replace those that are there
    page.locator("#id_q").blur()
    page.keyboard.press("j")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_contain_text("-wanted")
    expect(page.locator("#summary-heading")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{wanted.get_absolute_url()}")
    context.close()


def test_one_recording_beside_the_list_follows_the_keys_outlives_refreshes_and_closes(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    older = record("truck_003", task_id="-older")
    newer = record("truck_002", State.RECORDING, task_id="-newer", started_at=timezone.now())
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/")
    page.wait_for_load_state("networkidle")
    page.locator(f"#recording-{newer.pk} td").nth(5).click()  # anywhere on the row
    expect(page.locator("#summary")).to_contain_text("-newer")
    assert page.url.endswith(f"?open={newer.pk}")
    with page.expect_response(re.compile("/rows/"), timeout=POLL):
        pass
    page.wait_for_timeout(300)
    expect(page.locator(f"#recording-{newer.pk}")).to_have_class("is-open")
    expect(page.locator(f"#recording-{newer.pk} .copy__button")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator("#summary")).to_contain_text("-older")
    assert page.evaluate("document.activeElement.closest('tr').id") == f"recording-{older.pk}"
    page.reload()
    expect(page.locator("#summary")).to_contain_text("-older")
    page.keyboard.press("Escape")
    expect(page.locator("#summary")).to_have_count(0)
    assert page.url.endswith("/recordings/")
    assert complaints == []


def test_the_toolbar_says_what_the_address_says(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    record("truck_002", upload_state="incomplete")
    record("truck_003", State.REFUSED)
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/")
    page.wait_for_load_state("networkidle")
    page.locator("#quick-refused").click()
    expect(page.locator("#quick-refused")).to_have_attribute("aria-current", "true")
    expect(page.locator("#recordings tbody tr")).to_have_count(1)
    assert page.locator("#id_within").input_value() == "24h"
    page.locator("#id_project").select_option(index=1)  # what the quick filter set stays
    expect(page).to_have_url(re.compile(r"within=24h&project=\d+&state=refused"))
    page.locator("#quick-clear").click()
    expect(page.locator("#recordings tbody tr")).to_have_count(2)
    assert page.locator("#id_within").input_value() == ""
    assert page.locator("#id_state").input_value() == ""


def test_without_javascript_a_row_leads_to_its_page_and_columns_and_filters_work(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox
) -> None:
    made = record("truck_002", task_id="-task")
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/")
    page.locator("#columns-menu").click()
    page.get_by_label("TaskId", exact=True).uncheck()
    page.locator(".menu[open]").get_by_role("button", name="Apply").click()
    expect(page.locator("#recordings")).not_to_contain_text("-task")
    page.locator("#more-filters").click()
    page.get_by_label("State", exact=True).select_option("live")
    page.get_by_role("search").get_by_role("button", name="Apply").click()
    expect(page.locator("#recordings")).to_have_count(0)
    page.go_back()
    page.locator(f"#recording-{made.pk} a").first.click()
    page.wait_for_url(f"{live_server.url}{made.get_absolute_url()}")
    context.close()
