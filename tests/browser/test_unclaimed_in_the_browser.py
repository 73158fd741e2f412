"""Unclaimed tasks in a real browser: counted in the badge, kept as they are read, dismissed in a dialog."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.models import CallbackEvent, Project, UnclaimedTask
from recordings.sandbox import Sandbox
from tests.callbacks.signed_posts import TASK, body_of

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def hear(event_type: int) -> None:
    now = timezone.now()
    body = body_of(event_type, Status=0)
    project = Project.objects.order_by("pk")[0]
    CallbackEvent.objects.create(project=project, body=body, digest=str(event_type), received_at=now)
    interpret_waiting(now)


def test_a_task_is_counted_read_undisturbed_and_dismissed_once_it_is_over(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    hear(301)
    sign_in(page, live_server, "operator")
    badge = page.get_by_role("link", name=re.compile("Needs attention 1"))
    badge.click()
    page.get_by_role("link", name=f"Show unclaimed task {TASK}").click()
    page.locator("details summary").first.click()
    expect(page.get_by_role("link", name=re.compile("^Dismiss"))).to_have_count(0)
    hear(302)
    link = page.get_by_role("link", name=f"Dismiss task {TASK}")
    expect(link).to_be_visible(timeout=15_000)
    expect(page.locator("details").first).to_have_attribute("open", "")
    link.press("Enter")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("link", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    link.press("Enter")
    dialog.get_by_label("Reason").fill("Test of the integrator")
    page.keyboard.press("Enter")
    assert not UnclaimedTask.objects.get().is_dismissed
    dialog.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#dismissed")).to_contain_text("Test of the integrator")
    expect(page.locator("#attention-count")).to_have_text("")
    assert complaints == []
