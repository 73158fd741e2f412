"""The history's toolbar: quick filters with capped counts, times of day, columns to choose, pages both ways."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from recordings.history import quick_filters
from recordings.history.columns import COOKIE
from recordings.history.quick_filters import MAX_SHOWN
from recordings.models import Device, Recording, StorageCredential, User
from tests.factories import make_device, make_operator, make_project, make_storage, signed_in
from tests.history.test_list_view import found, make_recording

pytestmark = pytest.mark.django_db
URL = "/recordings/"
State = Recording.State


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def quick(browser: Client, **query: Any) -> dict[str, Any]:
    return {each.key: each for each in browser.get(URL, query).context["quick"]}


def copies(recording: Recording, count: int, **changes: Any) -> None:
    row = {f.attname: getattr(recording, f.attname) for f in Recording._meta.concrete_fields if f.attname != "id"}
    Recording.objects.bulk_create(Recording(**row | changes | {"reference": f"copy{n}"}) for n in range(count))


def test_each_quick_filter_counts_what_it_finds(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    other = make_project()
    stranger = make_operator(other)
    make_recording(stranger, make_device(other), make_storage(other), state=State.UNKNOWN)
    make_recording(operator, device, storage, state=State.UNKNOWN)
    make_recording(operator, make_device(device.project), storage, state=State.REFUSED)
    make_recording(operator, device, storage, state=State.REFUSED, created_at=timezone.now() - timedelta(hours=25))
    make_recording(operator, device, storage, upload_state="incomplete")
    shown = quick(browser)
    assert {key: each.count for key, each in shown.items()} == {
        "live": "1", "unknown": "1", "refused": "1", "missing": "1", "mine": "4",
    }  # fmt: skip
    for each in shown.values():
        assert len(browser.get(f"{URL}?{each.query}").context["recordings"]) == int(each.count)


def test_counts_are_capped_and_so_is_the_total(
    browser: Client, operator: User, device: Device, storage: StorageCredential, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick_filters, "MAX_COUNTED", 120)
    first = make_recording(operator, device, storage, upload_state="incomplete")
    copies(first, 109)
    page = browser.get(URL)
    assert quick(browser)["missing"].count == f"{MAX_SHOWN}+"
    assert "Showing 1–50 of 110" in page.content.decode()
    Recording.objects.update(upload_state="complete")
    copies_of_more = {"upload_state": "complete", "created_at": timezone.now()}
    row = {f.attname: getattr(first, f.attname) for f in Recording._meta.concrete_fields if f.attname != "id"}
    Recording.objects.bulk_create(Recording(**row | copies_of_more | {"reference": f"more{n}"}) for n in range(20))
    assert "Showing 1–50 of 120+" in browser.get(URL).content.decode()


def test_a_set_quick_filter_is_marked_and_leads_back_to_the_list_without_it(browser: Client) -> None:
    shown = quick(browser, state="refused", within="24h", q="truck")
    assert [key for key, each in shown.items() if each.is_set] == ["refused"]
    assert shown["refused"].query == "q=truck"
    assert shown["live"].query == "q=truck&state=live"
    page = browser.get(URL, {"state": "refused", "within": "24h"}).content.decode()
    assert 'aria-current="true"' in page.split('id="quick-refused"')[1].split(">")[0]
    assert 'class="chip"' not in page


def test_times_narrow_down_to_the_minute_and_a_day_counts_in_full(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    noon = timezone.localtime().replace(hour=12, minute=30, second=20, microsecond=0) - timedelta(days=3)
    made = make_recording(operator, device, storage, created_at=noon)
    day = f"{noon:%Y-%m-%d}"
    for since, until, is_found in [
        (f"{day}T12:30", f"{day}T12:30", True),
        (f"{day} 12:31", "", False),
        ("", f"{day}T12:29", False),
        (day, day, True),
    ]:
        assert found(browser, since=since, until=until) == ([made] if is_found else []), (since, until)
    assert found(browser, within="1h") == []
    assert found(browser, within="7d") == [made]
    page = browser.get(URL, {"since": day, "until": day}).content.decode()
    assert f'value="{day}T00:00"' in page
    assert f'value="{day}T23:59"' in page


@pytest.mark.parametrize("value", ["noon", "2026-02-31", "2026-11-28T25:00", "9" * 200, "0001-01-01T00:00"])
def test_a_time_that_makes_no_sense_is_no_500(browser: Client, value: str) -> None:
    assert browser.get(URL, {"since": value, "until": value}).status_code == 200


def test_pages_lead_back_to_the_top_without_gap_or_overlap(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    first = make_recording(operator, device, storage)
    copies(first, 129)
    down = [browser.get(URL).context["page"]]
    while down[-1].next_cursor:
        down.append(browser.get(URL, {"after": down[-1].next_cursor}).context["page"])
    assert [(page.first, page.last) for page in down] == [(1, 50), (51, 100), (101, 130)]
    up = [down[-1]]
    while up[-1].previous_cursor:
        up.append(browser.get(URL, {"after": up[-1].previous_cursor}).context["page"])
    assert [page.rows for page in reversed(up)] == [page.rows for page in down]
    assert [(page.first, page.last) for page in up] == [(101, 130), (51, 100), (1, 50)]


def test_chosen_columns_are_kept_by_the_browser_and_can_be_given_up(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    made = make_recording(operator, device, storage, task_id="-task", request_id="req-1")
    response = browser.post(f"{URL}columns/", {"column": ["reference", "task_id", "x"], "back": f"{URL}?state=ended"})
    assert response.headers["Location"] == f"{URL}?state=ended"
    assert browser.cookies[COOKIE].value == "task_id-reference"
    page = browser.get(URL).content.decode().partition("<table")[2]
    assert made.reference in page
    assert "-task" in page
    assert "req-1" not in page
    browser.post(f"{URL}columns/", {"default": "1", "back": "//elsewhere.example/"})
    assert "req-1" in browser.get(URL).content.decode()


def test_a_row_is_short_and_stop_is_not_among_its_states(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    live = make_recording(operator, device, storage, state=State.RECORDING, task_id="-" + "x" * 90)
    page = browser.get(URL).content.decode()
    row = page.split(f'id="recording-{live.pk}"')[1].split("</tr>")[0]
    cells = row.split("<td")[1:]
    assert "Stop" in cells[-1]
    assert not any("stop/" in cell for cell in cells[:-1])
    assert len(row) < 1100


def test_one_recording_opens_beside_the_list_and_the_address_says_which(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    made = make_recording(operator, device, storage, task_id="-task", error_code="InternalError")
    part = browser.get(f"{URL}{made.pk}/summary/", headers={"HX-Request": "true"}).content.decode()
    for text in ("-task", "InternalError", made.reference, made.get_absolute_url()):
        assert text in part
    assert "<html" not in part
    assert 'id="summary"' in browser.get(URL, {"open": made.pk}).content.decode()
    assert browser.get(f"{URL}{made.pk}/summary/").headers["Location"] == made.get_absolute_url()
    for other in ("x", "0", 10**15, "9" * 40):
        assert 'id="summary"' not in browser.get(URL, {"open": other}).content.decode()
    stranger = signed_in(make_operator(make_project()))
    assert 'id="summary"' not in stranger.get(URL, {"open": made.pk}).content.decode()


def test_the_counts_come_from_indexes(operator: User, device: Device) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # the tables are empty
    mine = Recording.objects.filter(project__in=[device.project_id]).order_by()
    for rows in (
        mine.filter(state__in=Recording.LIVE), mine.filter(state="refused", created_at__gte=timezone.now()),
        mine.filter(upload_state="incomplete"), mine.filter(requested_by=operator),
    ):  # fmt: skip
        plan = rows.values("pk")[:100].explain()
        assert "SCAN recordings" not in plan
        assert "Seq Scan" not in plan
