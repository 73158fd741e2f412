"""An auditor looks a start up in the trail, has the whole trail checked, and copies an anchor: in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.heartbeat import beat
from recordings.models import AuditEntry, Recording
from recordings.sandbox import Sandbox
from recordings.worker.cycle import run_cycle

from .conftest import sign_in
from .screenshots import start_some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_auditor_finds_a_start_and_what_was_asked_for(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    start_some()
    recording = Recording.objects.get(device__device_id="truck_002")
    sign_in(page, live_server, "auditor")
    page.goto(live_server.url + recording.get_absolute_url())
    page.get_by_role("link", name="View audit trail").click()
    page.wait_for_load_state("networkidle")  # until then no script listens to the filters
    expect(page.locator("#results tbody tr[id]")).to_have_count(2)
    page.get_by_label("What", exact=True).select_option("recording.start_asked")
    expect(page.locator("#results tbody tr[id]")).to_have_count(1)
    assert "action=recording.start_asked" in page.url
    page.locator("#results tbody tr[id] a").first.click()
    expect(page.locator("#differences")).to_contain_text("truck_002")
    expect(page.locator("#place")).to_contain_text("Linked to previous entry")
    assert complaints == []


def test_a_check_shows_its_result_by_itself(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    start_some()
    beat(timezone.now())
    sign_in(page, live_server, "auditor")
    page.goto(live_server.url + "/audit/")
    page.get_by_role("button", name="Verify trail").click()
    expect(page.locator("#checks")).to_contain_text("Waiting")
    run_cycle(timezone.now())
    expect(page.locator("#checks tbody tr").first).to_contain_text("Intact")
    AuditEntry.objects.filter(sequence=3).update(actor="somebody else")
    page.get_by_role("button", name="Verify trail").click()
    expect(page.locator("#checks tbody tr")).to_have_count(2)
    run_cycle(timezone.now())
    expect(page.locator("#broken")).to_contain_text("entry 3")
    assert complaints == []
