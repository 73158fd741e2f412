"""A recording's whole life in a real browser: started, seen to record, stopped, its file seen to come, and played."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.audit_log.record import SYSTEM
from recordings.callbacks.registration import set_up
from recordings.lifecycle.bucket_scan import scan_recording
from recordings.lifecycle.recording_folder import own_folder_of
from recordings.lifecycle.start import start_recording
from recordings.models import AuditEntry, Device, Project, Recording, StorageCredential, User
from recordings.models.profiles import OutputFormat
from recordings.sandbox import Sandbox
from recordings.sandbox.bucket_server import BucketServer
from tests.lifecycle.start_requests import start_request
from tests.proofs.servers import environment, running_command

from .conftest import sign_in
from .test_start_in_the_browser import start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 30_000
TIMES = 20


def test_started_seen_to_record_stopped_and_its_file_played(
    page: Page,
    live_server: LiveServer,
    settings: Settings,
    filmed_fleet: Sandbox,
    complaints: list[str],
    tmp_path: Path,
) -> None:
    settings.PUBLIC_URL = live_server.url
    for project in Project.objects.select_related("account"):
        set_up(actor=SYSTEM, project=project)
    sign_in(page, live_server, "operator")
    start(page, live_server, "truck_002")
    page.wait_for_url(re.compile(r"/recordings/[0-9]+/$"))
    outcome, state = page.locator("#outcome"), page.locator("#outcome .live-state")
    expect(outcome).to_contain_text("The recorder has not reported yet")
    page.evaluate("window.sameAsBefore = true")

    environ = environment(
        tmp_path,
        SANDBOX_STORAGE=settings.SANDBOX_STORAGE,
        SANDBOX_ENDPOINT=filmed_fleet.url,
        PUBLIC_URL=live_server.url,
    )
    with running_command("worker", "--every", "0.2", var_dir=tmp_path, environ=environ):
        expect(state).to_have_text("Recording", timeout=PATIENCE)
        assert page.evaluate("window.sameAsBefore") is True, "it turned without being loaded again"
        page.get_by_role("link", name=re.compile("^Stop ")).first.click()
        page.locator("#dialog").get_by_role("button", name="Stop recording").click()
        expect(state).to_have_text(re.compile("Stopping|Ended"), timeout=PATIENCE)
        page.evaluate("window.sameAsBefore = true")
        expect(state).to_have_text("Ended", timeout=PATIENCE)
        file = page.locator("#files tbody tr")
        expect(file).to_have_count(1, timeout=PATIENCE)
        expect(file).to_contain_text(".mp4")
        assert page.evaluate("window.sameAsBefore") is True, "it came without being loaded again"

    file.get_by_role("link", name="Play").click()
    plays(page)
    recording = Recording.objects.get()
    assert (recording.state, recording.upload_state) == (Recording.State.ENDED, Recording.UploadState.COMPLETE)
    assert AuditEntry.objects.filter(action="file.watched", actor="operator").count() == 1
    assert complaints == []


def test_hls_is_played_segment_by_segment(
    page: Page, live_server: LiveServer, filmed_fleet: Sandbox, complaints: list[str]
) -> None:
    device = Device.objects.select_related("project__account").get(device_id="truck_002")
    asked = start_request(device, StorageCredential.objects.get(), output_format=OutputFormat.HLS)
    recording, _ = start_recording(actor=User.objects.get(username="operator"), request=asked)
    filmed_fleet.advance(5)
    filmed_fleet.end_task(recording.task_id, leave_code=0)
    filmed_fleet.advance(2)
    Recording.objects.update(next_scan_at=timezone.now())
    assert scan_recording(recording.pk, timezone.now())

    sign_in(page, live_server, "auditor")
    page.goto(live_server.url + recording.get_absolute_url())
    page.locator("#files").get_by_role("link", name="Play").click()
    plays(page)
    assert page.locator("[data-player]").evaluate("player => player.duration") > 4
    assert complaints == []


def test_a_running_hls_recording_plays_each_of_twenty_times(
    page: Page, live_server: LiveServer, filmed_fleet: Sandbox, complaints: list[str]
) -> None:
    device = Device.objects.select_related("project__account").get(device_id="truck_002")
    asked = start_request(device, StorageCredential.objects.get(), output_format=OutputFormat.HLS)
    recording, _ = start_recording(actor=User.objects.get(username="operator"), request=asked)
    filmed_fleet.advance(5)
    Recording.objects.update(next_scan_at=timezone.now())
    assert scan_recording(recording.pk, timezone.now())

    sign_in(page, live_server, "auditor")
    page.goto(live_server.url + recording.get_absolute_url())
    lengths = []
    for _ in range(TIMES):
        filmed_fleet.advance(1)  # a segment is cut at every other time, also while one is played
        page.locator("#files").get_by_role("link", name="Play").click()
        plays(page)
        lengths.append(page.locator("[data-player]").evaluate("player => player.duration"))
        expect(page.get_by_text("this is what has been recorded so far")).to_be_visible()
        page.get_by_role("link", name="Close").click()
        expect(page.locator("[data-player]")).to_have_count(0)
    assert len(lengths) == TIMES
    assert lengths[-1] > lengths[0] + TIMES / 2, "it grew, and what was played grew with it"
    recording.refresh_from_db()
    assert recording.is_live
    assert AuditEntry.objects.filter(action="file.watched", actor="auditor").count() == 1
    assert complaints == []


def test_a_player_that_fails_says_that_the_bucket_lacks_a_cors_rule_only_when_it_does(
    page: Page, live_server: LiveServer, filmed_bucket: BucketServer, filmed_fleet: Sandbox
) -> None:
    device = Device.objects.select_related("project__account").get(device_id="truck_002")
    asked = start_request(device, StorageCredential.objects.get(), output_format=OutputFormat.HLS)
    recording, _ = start_recording(actor=User.objects.get(username="operator"), request=asked)
    filmed_fleet.advance(5)
    filmed_fleet.end_task(recording.task_id, leave_code=0)
    filmed_fleet.advance(2)
    Recording.objects.update(next_scan_at=timezone.now())
    assert scan_recording(recording.pk, timezone.now())

    sign_in(page, live_server, "auditor")
    page.goto(live_server.url + recording.get_absolute_url())
    play = page.locator("#files").get_by_role("link", name="Play")
    filmed_bucket.guard.cors = False
    play.click()
    expect(page.get_by_role("alert").get_by_text("has no CORS rule")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Close").click()
    filmed_bucket.guard.cors = True

    folder = own_folder_of(recording)
    for name in filmed_bucket.keys(recording.bucket):
        if name.startswith(folder) and name.endswith(".ts"):
            filmed_bucket.put(recording.bucket, name, b"these are no pictures")
    play.click()
    failed = page.locator("[data-player-failed]")
    expect(failed).to_contain_text("The browser cannot play", timeout=PATIENCE)
    expect(failed).not_to_contain_text("CORS")


def plays(page: Page) -> None:
    """Assert that the player in the dialog goes on by itself."""
    _reaches(page, 0.4)
    _reaches(page, _time(page) + 0.4)


def _reaches(page: Page, seconds: float) -> None:
    for _ in range(PATIENCE // 100):  # the page's policy forbids Playwright's own way to wait for this
        if _time(page) > seconds:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it stands at {_time(page)} seconds")


def _time(page: Page) -> float:
    player = page.locator("[data-player]")
    return float(player.evaluate("player => player.currentTime")) if player.count() else 0.0
