"""What the search box of the history finds, and that it goes through indexes on either database."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from recordings.lifecycle.search import HALF_AN_ID, MAX_FOUND, with_id, with_words
from recordings.models import ApiCall, Device, Recording, StorageCredential, User
from tests.factories import make_device, signed_in
from tests.history.test_list_view import found, make_recording

pytestmark = pytest.mark.django_db
TASK = "-kGnJZk4L+/wB2_x.9=="
REQUEST = "2c1b0e5a-77aa-4c2b-9d1e-0123456789ab"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def wanted_one(operator: User, device: Device, storage: StorageCredential) -> Recording:
    """One to be found, beside one that is not."""
    other = make_device(device.project, device_id="shovel_1", name="Shovel")
    make_recording(operator, other, storage, task_id="another-task", request_id="another-request")
    device.device_id, device.name = "truck_011", "矿卡 十一号"
    device.save()
    made = make_recording(
        operator, device, storage, task_id=TASK, request_id=REQUEST, error_code="FailedOperation.RestrictedConcurrency"
    )
    ApiCall.objects.create(
        account=device.project.account, recording=made, action="DeleteCloudRecording", request_id="of-the-stop-123",
        created_at=timezone.now(), lease_until=timezone.now(), outcome="accepted",
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    "words",
    [
        TASK, f"{TASK[:7]}\u200b{TASK[7:]}", f"\ufeff{TASK}", f"“{TASK}”", f"'{TASK}", f'"{TASK}",',
        f"{TASK[:9]}\n{TASK[9:]}", f"{TASK[:9]} {TASK[9:]}", f"「{TASK}」", f"\u3000{TASK}\u00a0",
        TASK[:HALF_AN_ID], TASK[:-1], REQUEST, REQUEST[:8], "of-the-stop-123", "of-the-s",
        "truck_011", "TRUCK_011", "ＴＲＵＣＫ＿０１１", "Truck", "k_011", "矿卡", "十一", "矿卡\u3000十一号", "“矿卡”",
        "FailedOperation.RestrictedConcurrency", "failedoperation.restrictedconcurrency",
    ],
)  # fmt: skip
def test_the_search_box_finds_it_by(browser: Client, wanted_one: Recording, words: str) -> None:
    assert found(browser, q=words) == [wanted_one]


def test_the_search_box_finds_a_reference_whole_half_and_in_capitals(browser: Client, wanted_one: Recording) -> None:
    for words in (wanted_one.reference, wanted_one.reference[:HALF_AN_ID], wanted_one.reference.upper()):
        assert found(browser, q=words) == [wanted_one]


@pytest.mark.parametrize("words", ["-kGn", TASK[1:], TASK.lower(), "kGnJZk4%", "2c1b0e5_", "%", "_", "nothing", "十二"])
def test_what_is_no_beginning_of_an_id_finds_nothing(browser: Client, wanted_one: Recording, words: str) -> None:
    found_of_devices = words == "_"  # stands in the ids of both devices
    assert (found(browser, q=words) == []) is not found_of_devices


def test_an_error_code_that_only_the_vendor_knows_is_found_as_it_is_written(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    odd = make_recording(operator, device, storage, error_code="Brand.NewCode", state=Recording.State.REFUSED)
    assert found(browser, q="Brand.NewCode") == [odd]
    assert found(browser, error_code=" “Brand.NewCode”\u200b") == [odd]


def test_an_error_code_that_only_a_stop_was_answered_with_is_found(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    own = make_recording(operator, device, storage, error_code="ResourceNotFound", state=Recording.State.REFUSED)
    stopped = make_recording(operator, device, storage)
    make_recording(operator, device, storage)
    for _ in range(2):
        ApiCall.objects.create(
            account=device.project.account, recording=stopped, action="DeleteCloudRecording", code="ResourceNotFound",
            created_at=timezone.now(), lease_until=timezone.now(), outcome="refused",
        )  # fmt: skip
    assert found(browser, q="resourcenotfound") == found(browser, error_code="ResourceNotFound") == [stopped, own]
    own.delete()
    assert found(browser, q="ResourceNotFound") == [stopped]


def test_an_error_code_of_more_calls_than_are_looked_up_finds_every_recording(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    first = make_recording(operator, device, storage)
    row = {f.attname: getattr(first, f.attname) for f in Recording._meta.concrete_fields if f.attname != "id"}
    Recording.objects.bulk_create(Recording(**row | {"reference": f"ref{n}"}) for n in range(MAX_FOUND + 5))
    ApiCall.objects.bulk_create(
        ApiCall(
            account=device.project.account, recording=each, action="DeleteCloudRecording", code="InternalError",
            created_at=timezone.now(), lease_until=timezone.now(), outcome="refused",
        )
        for each in Recording.objects.all()
    )  # fmt: skip
    make_recording(operator, device, storage)
    assert with_words(Recording.objects.all(), "InternalError").count() == MAX_FOUND + 6


def test_the_beginning_of_more_ids_than_are_looked_up_finds_every_one(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    first = make_recording(operator, device, storage, task_id="-common-0")
    row = {f.attname: getattr(first, f.attname) for f in Recording._meta.concrete_fields if f.attname != "id"}
    Recording.objects.bulk_create(
        Recording(**row | {"task_id": f"-common-{number}", "reference": f"ref{number}"})
        for number in range(1, MAX_FOUND + 5)
    )
    make_recording(operator, device, storage, task_id="-other")
    rows = with_words(Recording.objects.all(), "-common-")
    assert rows.count() == MAX_FOUND + 5


@pytest.mark.parametrize(("words", "indexes"), [
    ("-kGnJZ", ["recording_by_task_id", "recording_by_request_id", "api_call_by_task_id", "api_call_by_request_id"]),
    ("-kGn", ["recording_by_task_id", "recording_by_request_id", "api_call_by_task_id", "api_call_by_request_id"]),
])  # fmt: skip
def test_whole_and_half_ids_are_found_through_indexes(words: str, indexes: list[str]) -> None:
    _without_scans()
    plan = with_id(words).explain()
    assert not [index for index in indexes if index not in plan], plan
    assert "SCAN recordings" not in plan
    assert "Seq Scan" not in plan


def _without_scans() -> None:
    if connection.vendor == "postgresql":  # whose planner reads empty tables whole
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "a%b", "100\\%", "\U0010fffe", "é"])
def test_begins_takes_every_character_for_itself(
    operator: User, device: Device, storage: StorageCredential, text: str
) -> None:
    made = make_recording(operator, device, storage, task_id=f"{text}x")
    make_recording(operator, device, storage, task_id="zzz")

    def begin(beginning: str) -> list[Any]:
        return list(Recording.objects.filter(task_id__begins=beginning).order_by("pk"))

    assert begin(text) == [made]
    assert begin(f"{text}x") == [made]
    assert begin(f"{text}X") == []
    assert len(begin("")) == 2
