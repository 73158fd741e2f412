"""Pasting into the search box, and removing a filter that came with the address: in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.models import Recording
from recordings.sandbox import Sandbox

from .conftest import sign_in
from .screenshots import make_needy, start_some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = "#results tbody tr"


def paste(page: Page, text: str) -> None:
    """Put the text on the clipboard and press Ctrl+V in the search box."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    box = page.locator("#id_q")
    box.fill("")
    box.focus()
    page.keyboard.press("Control+V")


def test_a_pasted_task_id_is_found_whatever_came_along_with_it(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    start_some()
    recording = Recording.objects.exclude(task_id="")[0]
    task = recording.task_id
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/")
    page.wait_for_load_state("networkidle")
    for pasted in (
        f"{task[:9]}\u200b{task[9:]}",
        f"\ufeff“{task}”",
        f"{task[:20]}\r\n{task[20:]}",
        f"'{task}",
        task[:30],
    ):
        paste(page, pasted)
        expect(page.locator(ROWS)).to_have_count(1)
        expect(page.locator(ROWS)).to_have_attribute("id", f"recording-{recording.pk}")
        page.locator("#id_q").fill("")
        expect(page.locator(ROWS)).not_to_have_count(1)
    assert complaints == []


def test_a_filter_of_the_address_is_a_chip_that_outlives_other_filters_until_it_is_removed(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    start_some()
    recording = Recording.objects.exclude(task_id="")[0]
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/?device={recording.device_id}")
    page.wait_for_load_state("networkidle")
    chip = page.locator(".chip", has_text="Device")
    expect(chip).to_contain_text(recording.device.device_id)
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator("#more-filters").click()
    page.get_by_label("State", exact=True).select_option(recording.state)
    expect(page).to_have_url(f"{live_server.url}/recordings/?state={recording.state}&device={recording.device_id}")
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("link", name="Remove filter Device").click()
    expect(chip).to_have_count(0)
    expect(page).to_have_url(f"{live_server.url}/recordings/?state={recording.state}")
    page.locator("#more-filters").click()
    page.get_by_label("State", exact=True).select_option("")
    expect(page.locator(ROWS)).not_to_have_count(1)
    assert complaints == []


def test_select_all_ticks_the_boxes_and_after_one_item_the_list_is_there_again(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    start_some()
    make_needy()
    needing = Recording.objects.exclude(attention="")
    count = needing.count()
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/attention/")
    page.get_by_label(f"Select all ({count})").check()
    boxes = page.locator("input[name=chosen]")
    expect(page.locator("input[name=chosen]:checked")).to_have_count(boxes.count())
    expect(page.locator("[data-selected]")).to_have_text(f"{count} selected")
    boxes.first.uncheck()
    expect(page.get_by_label(f"Select all ({count})")).not_to_be_checked()
    expect(page.locator("[data-selected]")).to_have_text(f"{count - 1} selected" if count > 1 else "")
    reason = needing[0].attention
    page.goto(f"{live_server.url}/attention/?attention={reason}")
    page.locator("input[name=chosen]").first.check()
    page.get_by_role("button", name="Mark handled").click()
    page.get_by_label("Reason").fill("Looked at the device")
    page.get_by_role("button", name="Mark as handled").click()
    expect(page.locator("#messages")).to_contain_text("1 recording marked as handled.")
    assert page.url.startswith(f"{live_server.url}/attention/?attention={reason}")
    assert complaints == []
