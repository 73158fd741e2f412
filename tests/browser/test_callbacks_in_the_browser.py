"""A recording that turns to `recording` by a callback, in the list and on its page, without a reload."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.callbacks import keys
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.lifecycle.start import start_recording
from recordings.models import CallbackEvent, Device, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.lifecycle.start_requests import start_request
from tests.proofs.waits import until

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def registered(fleet: Sandbox, live_server: LiveServer, settings: Settings) -> Iterator[Sandbox]:
    """The sandbox posts to the live server."""
    keys.forget()
    settings.PUBLIC_URL = live_server.url
    call_command("register_callbacks")
    yield fleet
    keys.forget()


@pytest.mark.parametrize("place", ["list", "page"])
def test_an_accepted_recording_turns_to_recording_before_ones_eyes(
    page: Page, live_server: LiveServer, registered: Sandbox, complaints: list[str], place: str
) -> None:
    sign_in(page, live_server, "operator")
    device = Device.objects.select_related("project__account").get(device_id="truck_002")
    operator = User.objects.get(username="operator")
    recording, _ = start_recording(actor=operator, request=start_request(device, StorageCredential.objects.get()))
    assert recording.state == Recording.State.ACCEPTED
    address = "/recordings/" if place == "list" else recording.get_absolute_url()
    page.goto(f"{live_server.url}{address}")
    shown = page.locator(f"#recording-{recording.pk} .state" if place == "list" else ".outcome .state").first
    expect(shown).to_have_text(re.compile("Starting"))
    page.evaluate("window.neverLoadedAnew = true")
    until(CallbackEvent.objects.exists, what="the sandbox's callback")
    interpret_waiting(timezone.now())
    expect(shown).to_have_text(re.compile("Recording"), timeout=15_000)
    if place == "page":
        expect(page.locator("#timeline")).to_contain_text("Recorder started")
    assert page.evaluate("window.neverLoadedAnew")
    assert complaints == []
