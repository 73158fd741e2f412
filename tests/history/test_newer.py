"""New recordings: a list that is open counts what came after it, within its filters, at the same cost however long."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recordings.history.newer import MAX_KNOWN, MAX_READ, Mark, newer_than
from recordings.lifecycle.queries import visible_recordings
from recordings.lifecycle.start import build_recording
from recordings.models import Device, Recording, StorageCredential, User
from tests.factories import make_device, make_operator, make_project, make_storage, signed_in
from tests.lifecycle.start_requests import start_request

from .test_list_view import make_recording

pytestmark = pytest.mark.django_db
URL = "/recordings/"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def ask(browser: Client, **query: Any) -> Any:
    """Open the list; a function that asks, as the open list does, how many are new."""
    refresh_query = browser.get(URL, query).context["refresh_query"]

    def newer() -> int:
        answer = browser.get(f"{URL}rows/?{refresh_query}")
        assert answer.status_code == 200
        return int(answer.context["newer"])

    return newer


@pytest.mark.parametrize("is_empty", [True, False])
def test_what_was_requested_after_the_list_was_shown_is_new(
    browser: Client, operator: User, device: Device, storage: StorageCredential, is_empty: bool
) -> None:
    if not is_empty:
        make_recording(operator, device, storage)
    newer = ask(browser)
    assert newer() == 0
    for number in range(3):
        make_recording(operator, device, storage)
        assert newer() == number + 1
    assert ask(browser)() == 0


def test_a_row_that_is_committed_late_is_new_all_the_same(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    newer = ask(browser)
    make_recording(operator, device, storage, created_at=timezone.now() - timedelta(seconds=20))
    assert newer() == 1


def test_many_at_the_same_time_are_each_known_or_new_once(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    now = timezone.now()
    for number in range(MAX_KNOWN + 20):
        make_recording(operator, device, storage, created_at=now - timedelta(milliseconds=number // 7))
    newer = ask(browser)
    assert newer() == 0
    make_recording(operator, device, storage)
    assert newer() == 1


def test_it_counts_what_the_filters_let_through(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    other = make_device(device.project)
    of_device, failed = ask(browser, q=device.device_id), ask(browser, state="failed")
    until = ask(browser, until="2025-01-01")
    make_recording(operator, device, storage)
    make_recording(operator, other, storage)
    assert (of_device(), failed(), until()) == (1, 0, 0)
    Recording.objects.filter(device=other).update(state=Recording.State.FAILED)
    assert failed() == 1


def test_the_chip_leads_to_the_top_of_the_list_with_its_filters(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    for _ in range(60):
        make_recording(operator, device, storage, created_at=timezone.now() - timedelta(days=1))
    after = browser.get(URL, {"q": "truck"}).context["next_cursor"]
    refresh_query = browser.get(URL, {"q": "truck", "after": after}).context["refresh_query"]
    make_recording(operator, device, storage)
    chip = browser.get(f"{URL}rows/?{refresh_query}").content.decode().split('id="show-newer"')[1].split("</a>")[0]
    assert 'href="/recordings/?q=truck"' in chip
    assert "1 new" in chip


def test_of_other_projects_nothing_is_new(browser: Client, operator: User, device: Device) -> None:
    newer = ask(browser)
    other = make_project()
    make_recording(make_operator(other), make_device(other), make_storage(other))
    assert newer() == 0


ENDS_OF_TIME = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")


def test_a_mark_that_makes_no_sense_counts_nothing(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    for value in ("", "x", "2025-02-31T00:00:00+00:00", "2025-01-01T00:00:00", "9" * 5000, "\0", *ENDS_OF_TIME):
        response = browser.get(f"{URL}rows/", {"newer_than": value, "known": "x,-1,," + "9" * 40})
        assert (response.status_code, response.context["newer"]) == (200, 0)


def test_it_reads_only_the_newest_by_their_index_and_says_so_beyond_a_bound(
    browser: Client, operator: User, device: Device, storage: StorageCredential,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    refresh_query = browser.get(URL).context["refresh_query"]
    rows = [build_recording(actor=operator, request=start_request(device, storage)) for _ in range(MAX_READ + 1)]
    for row in rows:
        row.state = Recording.State.ENDED
    Recording.objects.bulk_create(rows)
    with django_assert_max_num_queries(10):
        answer = browser.get(f"{URL}rows/?{refresh_query}")
    assert (answer.context["newer"], answer.context["newer_is_cut"]) == (MAX_READ, True)
    assert "New recordings" in answer.content.decode()
    mark = Mark(since=timezone.now(), known=())
    assert newer_than(mark, visible_recordings(operator)) == ([], False)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is small
    plan = visible_recordings(operator).filter(created_at__gt=mark.since).values_list("pk", flat=True)[:9].explain()
    assert "recording_newest" in plan or "recording_by_project" in plan, plan
