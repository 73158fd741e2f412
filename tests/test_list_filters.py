"""What the filters of every list share: chips for what has no field, days in order, cleaned text."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from recordings.models import Device, StorageCredential, User
from tests.audit.entries import entered
from tests.factories import signed_in
from tests.history.test_list_view import make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(operator: User) -> Client:
    """Of a user who is an operator and sees the trail."""
    operator.memberships.create(role="auditor")
    return signed_in(operator)


def test_a_device_in_the_address_is_a_chip_that_can_be_removed(
    browser: Client, device: Device, operator: User, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    page = browser.get("/recordings/", {"device": device.pk, "state": "ended", "after": "x"}).content.decode()
    assert "Device: Truck 7 (truck_07)" in page
    assert f'<input type="hidden" name="device" value="{device.pk}" form="filters">' in page
    assert 'href="/recordings/?state=ended"' in page
    assert 'aria-label="Remove filter Device: Truck 7 (truck_07)"' in page
    assert 'class="chip"' not in browser.get(f"/recordings/?project={device.project_id}").content.decode()


def test_the_target_in_the_trails_address_is_a_chip_that_can_be_removed(browser: Client) -> None:
    page = browser.get("/audit/", {"target_type": "Device", "target_id": "77"}).content.decode()
    assert "Target id: 77" in page
    assert 'href="/audit/?target_type=Device"' in page


def test_a_chip_is_in_the_fragment_that_a_filter_swaps(browser: Client, device: Device) -> None:
    part = browser.get("/recordings/", {"device": device.pk}, headers={"HX-Request": "true"}).content.decode()
    assert 'class="chip"' in part


@pytest.mark.parametrize(("url", "query"), [("/recordings/", {"device": "999999"}), ("/recordings/", {"device": "x"})])
def test_a_filter_in_the_address_that_is_invalid_says_so_and_can_be_removed(
    browser: Client, url: str, query: dict[str, str]
) -> None:
    page = browser.get(url, query).content.decode()
    assert "A filter is invalid; no results shown." in page
    assert "<strong>Device:</strong>" in page
    assert f"Remove filter Device: {query['device']}" in page


def test_what_an_export_is_filtered_by_is_named_also_without_a_field(browser: Client, device: Device) -> None:
    page = browser.get("/recordings/export/", {"device": device.pk}).content.decode()
    assert "Truck 7 (truck_07)" in page
    assert "Target id" in browser.get("/audit/export/?target_id=77").content.decode()


@pytest.mark.parametrize("url", ["/recordings/", "/audit/", "/recordings/export/", "/audit/export/"])
def test_a_last_day_before_the_first_is_an_error_that_says_so(browser: Client, url: str) -> None:
    wrong = browser.get(f"{url}?{urlencode({'since': '2026-11-28', 'until': '2026-11-27'})}")
    page = wrong.content.decode()
    assert "The last day is before the first day." in page
    assert "A filter is invalid" in page
    assert wrong.status_code == (422 if "export" in url else 200)
    same = browser.get(f"{url}?{urlencode({'since': '2026-11-28', 'until': '2026-11-28'})}").content.decode()
    assert "The last day is before" not in same


def test_nothing_is_exported_when_the_days_are_the_wrong_way_round(browser: Client) -> None:
    answer = browser.post("/recordings/export/?since=2026-11-28&until=2026-11-27", {"format": "csv"})
    assert answer.status_code == 422


def test_devices_are_found_in_capitals_by_chinese_names_and_by_what_was_pasted(browser: Client, device: Device) -> None:
    device.name = "矿卡 七号"
    device.save()
    for words in ("TRUCK_07", "ＴＲＵＣＫ＿０７", "矿卡", "七号", " “truck_07”\u200b", "矿卡\u3000七号", "'truck_07"):
        page = browser.get("/fleet/devices/", {"q": words})
        assert [row.pk for row in page.context["page"].rows] == [device.pk], words
        start = browser.get("/recordings/new/", {"project": device.project_id, "device_search": words})
        assert [row.pk for row in start.context["devices"]] == [device.pk], words


def test_a_pasted_task_id_is_found_in_the_trail_too(
    browser: Client, device: Device, operator: User, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage, task_id="-task+1/x")
    entered("recording.start_asked", target=recording)
    entered("recording.start_asked", target="another", target_type="Recording", target_id="999999")
    for words in ("-task+1/x", "“-task+1/x”\u200b", "-task+", recording.reference[:6]):
        lines = browser.get("/audit/", {"q": words}).context["lines"]
        assert [line.entry.target_id for line in lines] == [str(recording.pk)], words


def test_the_trail_finds_a_renamed_device_by_its_present_name(browser: Client, device: Device) -> None:
    entered("device.changed", target="old name (truck_07)", target_type="Device", target_id=str(device.pk))
    device.name = "矿卡 七号"
    device.save()
    for words in ("七号", "old name", "name (truck"):
        assert len(browser.get("/audit/", {"q": words}).context["lines"]) == 1, words
