"""The history: newest first, filtered, paged without gaps, in a fixed number of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recordings.lifecycle.search import FEW_DEVICES, with_id
from recordings.lifecycle.start import build_recording
from recordings.models import ApiCall, Device, Recording, StorageCredential, User
from tests.factories import make_device, make_operator, make_project, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
URL = "/recordings/"


def make_recording(operator: User, device: Device, storage: StorageCredential, **changes: Any) -> Recording:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    for name, value in ({"state": Recording.State.ENDED} | changes).items():
        setattr(recording, name, value)
    recording.save()
    return recording


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def found(browser: Client, **query: Any) -> list[Recording]:
    return browser.get(URL, query).context["recordings"]  # type: ignore[no-any-return]


def test_an_empty_history_says_so(browser: Client) -> None:
    assert browser.get(URL).status_code == 200


def test_every_column_is_there(browser: Client, operator: User, device: Device, storage: StorageCredential) -> None:
    make_recording(operator, device, storage, task_id="-task+1/x", request_id="req-1", error_code="InternalError")
    page = browser.get(URL).content.decode()
    for text in ("Open pit", "truck_07", "Truck 7", "operator", "-task+1/x", "req-1", "InternalError", "Ended"):
        assert text in page


def test_pages_follow_each_other_without_gap_or_overlap_also_at_equal_times(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    now = timezone.now()
    for number in range(123):
        make_recording(operator, device, storage, created_at=now - timedelta(seconds=number // 40))
    seen: list[int] = []
    cursor = ""
    while True:
        context = browser.get(URL, {"after": cursor} if cursor else {}).context
        seen += [recording.pk for recording in context["recordings"]]
        cursor = context["next_cursor"]
        if not cursor:
            break
    expected = list(Recording.objects.order_by("-created_at", "-id").values_list("pk", flat=True))
    assert seen == expected


def test_a_forged_cursor_gives_the_first_page(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    assert len(found(browser, after="x" * 500)) == 1


def test_each_filter_narrows_down_to_what_it_names(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    other = make_device(device.project, device_id="shovel_1")
    plain = make_recording(operator, other, storage, created_at=timezone.now() - timedelta(days=40))
    wanted_one = make_recording(
        operator, device, storage, state=Recording.State.FAILED, upload_state=Recording.UploadState.COMPLETE,
        task_id="-T+/._x", request_id="r-1", error_code="InternalError",
    )  # fmt: skip
    ApiCall.objects.create(
        account=device.project.account, recording=wanted_one, action="CreateCloudRecording",
        created_at=timezone.now(), lease_until=timezone.now(), outcome="refused", request_id="r-of-an-earlier-try",
    )  # fmt: skip
    today = timezone.localdate().isoformat()
    for query in (
        {"q": "-T+/._x"},
        {"q": "r-1"},
        {"q": "r-of-an-earlier-try"},
        {"q": "truck"},
        {"device": device.pk},
        {"state": "failed"},
        {"upload_state": "complete"},
        {"error_code": "InternalError"},
        {"since": today},
    ):
        assert found(browser, **query) == [wanted_one], query
    assert found(browser, until=(timezone.localdate() - timedelta(days=30)).isoformat()) == [plain]
    assert len(found(browser, project=device.project_id, requested_by=operator.pk)) == 2
    assert found(browser, q="nothing like this") == []


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense"},
        {"project": "99999999999999999999"},
        {"device": "x"},
        {"since": "yesterday"},
        {"requested_by": "-1"},
        {"q": "x" * 10_000},
        {"q": "a\0b"},
    ],
)
def test_a_filter_that_makes_no_sense_shows_nothing_and_is_no_500(
    browser: Client, operator: User, device: Device, storage: StorageCredential, query: dict[str, str]
) -> None:
    make_recording(operator, device, storage)
    response = browser.get(URL, query)
    assert response.status_code == 200
    assert response.context["recordings"] == []


def test_people_of_other_projects_are_not_offered(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    stranger = make_operator(make_project())
    assert list(signed_in(stranger).get(URL).context["filter"].form.fields["requested_by"].queryset) == [stranger]


def test_a_page_takes_the_same_few_queries_however_full_it_is(
    browser: Client,
    operator: User,
    device: Device,
    storage: StorageCredential,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(60):
        make_recording(operator, device, storage)
    with django_assert_max_num_queries(11):
        browser.get(URL)


def test_htmx_gets_the_results_only(browser: Client) -> None:
    whole = browser.get(URL)
    part = browser.get(URL, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]


def test_rows_that_are_not_settled_are_asked_for_again_and_settled_ones_are_not(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sending = make_recording(operator, device, storage, state=Recording.State.SENDING)
    make_recording(operator, device, storage)
    assert browser.get(URL).context["unsettled"] == [sending.pk]
    rows = browser.get(f"{URL}rows/?id={sending.pk}")
    assert f'id="recording-{sending.pk}"' in rows.content.decode()
    Recording.objects.update(state=Recording.State.ENDED)
    rows = browser.get(f"{URL}rows/?id={sending.pk}")
    assert rows.context["unsettled"] == []
    assert f"id={sending.pk}" not in rows.content.decode()


def test_rows_bear_any_id(browser: Client) -> None:
    for value in ("x", "-1", "9" * 5000, "1 OR 1=1", "１"):
        assert browser.get(f"{URL}rows/", {"id": value}).status_code == 200


def test_each_way_to_find_an_id_goes_through_an_index(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the tables are empty
    plan = with_id("-task/1").explain()
    for index in ("recording_by_task_id", "recording_by_request_id", "api_call_by_task_id", "api_call_by_request_id"):
        assert index in plan


@pytest.mark.parametrize("many", [False, True])
def test_the_beginning_of_a_device_id_finds_the_recordings_of_few_and_of_many_devices(
    browser: Client, operator: User, device: Device, storage: StorageCredential, many: bool
) -> None:
    mine = make_recording(operator, device, storage)
    make_recording(operator, make_device(device.project, device_id="shovel_1"), storage)
    if many:
        Device.objects.bulk_create(Device(project=device.project, device_id=f"truck_a{n}") for n in range(FEW_DEVICES))
    assert found(browser, q="truck") == [mine]
    assert found(browser, q="truck%") == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1969-12-31"])
def test_days_at_the_ends_of_time_are_days(operator: User, day: str) -> None:
    assert signed_in(operator).get("/recordings/", {"since": day, "until": day}).status_code == 200
