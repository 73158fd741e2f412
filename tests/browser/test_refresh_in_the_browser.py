"""Pages that refresh themselves: what is new appears, reading is not disturbed, and a standstill is shown."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from recordings.lifecycle.start import build_recording
from recordings.models import ApiCall, Attention, Device, Recording, RecordingFile, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.lifecycle.start_requests import start_request

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
State = Recording.State
POLL = 12_000
"""Milliseconds in which every part of a page has refreshed itself once."""
STALE = re.compile(r"Not updating since \d\d:\d\d:\d\d")


def record(device_id: str, state: State = State.ENDED, **fields: object) -> Recording:
    device = Device.objects.get(device_id=device_id)
    operator = User.objects.get(username="operator")
    recording = build_recording(actor=operator, request=start_request(device, StorageCredential.objects.get()))
    for name, value in ({"state": state} | fields).items():
        setattr(recording, name, value)
    recording.save()
    return recording


def lose_answer(device_id: str) -> Recording:
    """A start whose answer was lost: its page refreshes itself, and has a detail that can be opened."""
    recording = record(
        device_id, State.UNKNOWN, error_code="ClientNetworkError", sent_at=timezone.now(),
        attention=Attention.UNKNOWN, attention_at=timezone.now(),
    )  # fmt: skip
    now = timezone.now()
    ApiCall.objects.create(
        account=recording.account, recording=recording, action="CreateCloudRecording", created_at=now,
        lease_until=now, closed_at=now, outcome="unknown", code="ClientNetworkError",
    )  # fmt: skip
    return recording


def test_a_refresh_of_a_running_recording_stays_on_the_page_of_its_files(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    recording = record("truck_002", State.RECORDING, task_id="-many", started_at=timezone.now())
    now = timezone.now()
    RecordingFile.objects.bulk_create(
        RecordingFile(recording=recording, name=f"part_{number}.mp4", announced_at=now) for number in range(250)
    )
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}{recording.get_absolute_url()}#files")
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".files__pages")).to_contain_text("201 to 250 of 250")
    with page.expect_response(lambda answer: "?files=2" in answer.url and "/files/" not in answer.url, timeout=POLL):
        pass
    page.wait_for_timeout(500)
    expect(page.locator(".files__pages")).to_contain_text("201 to 250 of 250")
    assert complaints == []


def test_new_recordings_are_offered_by_a_chip_and_shown_at_the_top_within_the_filters(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    old = record("truck_002")
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/?q=truck_00")
    expect(page.locator(f"#recording-{old.pk}")).to_be_visible()
    new = [record("truck_003"), record("truck_004")]
    other = record("truck_011")
    chip = page.get_by_role("link", name=re.compile("2 new"))
    expect(chip).to_be_visible(timeout=POLL)
    expect(page.locator("#announcer")).to_contain_text("2 new")
    expect(page.locator("tbody tr")).to_have_count(1)
    chip.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.locator("tbody tr").first.get_attribute("id") == f"recording-{new[-1].pk}"
    expect(page.locator(f"#recording-{other.pk}")).to_have_count(0)
    expect(page.locator("#show-newer")).to_have_count(0)
    assert page.url.endswith("/recordings/?q=truck_00")
    assert complaints == []


def test_a_wall_display_shows_new_recordings_at_once(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/you/")
    page.get_by_role("button", name=re.compile("wall display", re.IGNORECASE)).click()
    page.wait_for_url(f"{live_server.url}/?wall")
    page.goto(f"{live_server.url}/recordings/")
    for device_id in ("truck_002", "truck_003"):
        new = record(device_id, State.RECORDING, task_id=f"-{device_id}")
        expect(page.locator(f"tbody tr:first-child#recording-{new.pk}")).to_be_visible(timeout=POLL)
    Recording.objects.filter(pk=new.pk).update(state=State.ENDED)
    expect(page.locator(f"#recording-{new.pk}")).to_contain_text("Ended", timeout=POLL)


@pytest.mark.parametrize("path", ["/recordings/", "/attention/", "/status/", "/unclaimed/", "one"])
def test_a_page_that_stops_updating_says_since_when_and_recovers(
    page: Page, live_server: LiveServer, fleet: Sandbox, path: str
) -> None:
    recording = lose_answer("truck_002")
    sign_in(page, live_server, "operator")
    page.goto(live_server.url + (recording.get_absolute_url() if path == "one" else path))
    main = "**/rows/**" if path == "/recordings/" else page.url

    def fails(route: Route) -> None:
        route.fulfill(status=500, body="broken")

    notice = page.locator("#stale")
    expect(notice).to_be_hidden()
    page.route(main, fails)
    expect(notice).to_have_text(STALE, timeout=POLL + 4000)
    expect(notice).to_contain_text("reports an error")
    page.unroute(main, fails)
    expect(notice).to_be_hidden(timeout=POLL + 4000)
    expect(page.locator("#announcer")).to_contain_text("Updating again")


def test_without_a_network_it_says_so_and_recovers(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    sign_in(page, live_server, "operator")
    page.context.set_offline(True)
    expect(page.locator("#stale")).to_have_text(STALE, timeout=POLL)
    expect(page.locator("#stale")).to_contain_text("No response from the server")
    page.context.set_offline(False)
    expect(page.locator("#stale")).to_be_hidden(timeout=2 * POLL)


def test_an_answer_that_never_comes_counts_as_a_standstill(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    sign_in(page, live_server, "operator")
    page.route("**/rows/**", lambda route: None)
    expect(page.locator("#stale")).to_have_text(STALE, timeout=2 * POLL)


def test_after_signing_in_again_in_another_tab_it_goes_on_by_itself(
    page: Page, live_server: LiveServer, fleet: Sandbox
) -> None:
    sign_in(page, live_server, "operator")
    Session.objects.all().delete()
    expect(page.locator("#stale")).to_have_text(STALE, timeout=POLL)
    with page.context.expect_page() as opened:
        page.locator("#stale").get_by_role("link", name="Sign in").click()
    sign_in(opened.value, live_server, "operator")
    opened.value.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#stale")).to_be_hidden(timeout=2 * POLL)


def test_refreshing_leaves_details_selection_focus_and_scroll_alone(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    recording = lose_answer("truck_002")
    sign_in(page, live_server, "operator")
    page.set_viewport_size({"width": 1000, "height": 400})
    page.goto(live_server.url + recording.get_absolute_url())
    page.locator("#outcome details summary").click()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#request .facts'))")
    page.locator("#close-link").focus()
    page.evaluate("scrollTo(0, 300); window.marked = document.getElementById('outcome')")
    before = page.evaluate("[getSelection().toString(), scrollY]")
    for state in (State.UNKNOWN, State.RECORDING):  # the second time something has really changed
        Recording.objects.filter(pk=recording.pk).update(
            state=state, task_id="" if state == State.UNKNOWN else "-found", started_at=timezone.now()
        )
        with page.expect_response(page.url, timeout=POLL):
            pass
        page.wait_for_timeout(300)
        assert page.evaluate("getSelection().toString()") == before[0]
        assert page.evaluate("document.activeElement.id") == "close-link"
        assert page.evaluate("window.marked === document.getElementById('outcome')")
        if state == State.UNKNOWN:
            assert page.evaluate("scrollY") == before[1]
            expect(page.locator("#outcome details")).to_have_attribute("open", "")
    expect(page.locator("#outcome")).to_contain_text("Recording")
    expect(page.locator("#announcer")).to_contain_text("truck_002")
    assert complaints == []


def test_ticked_boxes_stay_ticked_while_the_list_grows(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    first = lose_answer("truck_002")
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/attention/")
    page.locator(f"#chosen-{first.pk}").check()
    second = lose_answer("truck_003")
    expect(page.locator(f"#needing-{second.pk}")).to_be_visible(timeout=POLL)
    expect(page.locator(f"#chosen-{first.pk}")).to_be_checked()
    expect(page.locator(f"#chosen-{second.pk}")).not_to_be_checked()
    Recording.objects.filter(pk=first.pk).update(attention="", attention_at=None)
    expect(page.locator(f"#needing-{first.pk}")).to_have_count(0, timeout=POLL)
    expect(page.locator(f"#chosen-{second.pk}")).not_to_be_checked()


@pytest.mark.parametrize("path", ["/recordings/", "one"])
def test_after_escape_the_focus_is_back_at_the_opener_also_when_the_page_has_refreshed(
    page: Page, live_server: LiveServer, fleet: Sandbox, path: str
) -> None:
    recording = record("truck_002", State.RECORDING, task_id="-1", started_at=timezone.now())
    sign_in(page, live_server, "operator")
    page.goto(live_server.url + (recording.get_absolute_url() if path == "one" else path))
    page.locator(f"#stop-{recording.pk}").press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    Recording.objects.filter(pk=recording.pk).update(started_at=F("created_at"), request_id="r-1")
    with page.expect_response(re.compile("/rows/|/recordings/[0-9]+/$"), timeout=POLL):
        pass
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == f"stop-{recording.pk}"


def test_in_the_stop_dialog_the_safe_choice_is_first_and_enter_in_the_reason_stops_nothing(
    page: Page, live_server: LiveServer, fleet: Sandbox
) -> None:
    recording = record("truck_002", State.RECORDING, task_id="-1", started_at=timezone.now())
    sign_in(page, live_server, "operator")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.get_by_role("link", name=re.compile("Stop .*truck_002.*stream 0")).click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("link", name="Keep recording")).to_be_focused()
    dialog.get_by_label("Reason").fill("Shift is over")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    expect(dialog).to_be_visible()
    assert asked == []
    page.goto(f"{live_server.url}/recordings/{recording.pk}/stop/")
    page.get_by_label("Reason").press("Enter")
    page.get_by_label("Reason").press("Enter")
    page.wait_for_timeout(500)
    assert asked == []


def test_without_javascript_enter_in_the_reason_stops_nothing_either(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox
) -> None:
    recording = record("truck_002", State.RECORDING, task_id="-1", started_at=timezone.now())
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    sign_in(page, live_server, "operator")
    for question in ("stop", "close"):
        page.goto(f"{live_server.url}/recordings/{recording.pk}/{question}/")
        url = page.url
        page.get_by_label("Reason").fill("x")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
        assert page.url == url
        assert page.get_by_label("Reason").input_value() == "x"
    recording.refresh_from_db()
    assert (recording.state, recording.stop_wanted_at) == (State.RECORDING, None)
    context.close()


def test_copying_is_announced(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    recording = record("truck_002", State.ENDED, task_id="-1")
    page.set_viewport_size({"width": 1440, "height": 900})  # room for the TaskIds
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/")
    page.locator(f"#recording-{recording.pk} a").first.focus()  # where the focus is, the row shows its buttons
    button = page.get_by_role("button", name=re.compile("Copy TaskId"))
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_contain_text("Copied: TaskId")
    page.locator(f"#recording-{recording.pk}").hover()
    button.click()


def test_a_change_of_state_is_announced_with_the_device(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    recording = record("truck_002", State.RECORDING, task_id="-1")
    sign_in(page, live_server, "operator")
    page.goto(f"{live_server.url}/recordings/")
    expect(page.locator(f"#recording-{recording.pk}")).to_be_visible()
    Recording.objects.filter(pk=recording.pk).update(state=State.ENDED)
    expect(page.locator("#announcer")).to_have_text(re.compile("truck_002.*stream 0.*Ended"), timeout=POLL)
