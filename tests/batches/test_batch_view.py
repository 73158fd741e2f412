"""One batch and the list of batches: numbers, what failed and who acts, what can be done, and exports."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from recordings.lifecycle.batches.create import create_batch
from recordings.models import Batch, BatchItem, Project, StorageCredential, User
from tests.factories import make_auditor, make_device, make_operator, make_project, signed_in

from .requests import batch_request
from .test_create import recorded

pytestmark = pytest.mark.django_db
State = BatchItem.State


@pytest.fixture
def batch(operator: User, project: Project, storage: StorageCredential) -> Batch:
    return create_batch(actor=operator, request=batch_request([make_device(project) for _ in range(6)], storage))


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def set_states(batch: Batch, *states: str, code: str = "") -> None:
    for item, state in zip(batch.items.order_by("position"), states, strict=False):
        item.state, item.changed_at = state, timezone.now()
        item.due_at = item.due_at if state == State.QUEUED else None
        item.error_code = code if state in {State.REFUSED, State.UNKNOWN} else ""
        item.save()


def test_the_numbers_are_of_all_items_and_lead_to_them(browser: Client, batch: Batch) -> None:
    set_states(batch, "accepted", "accepted", "refused", "unknown", "sending", code="InternalError")
    response = browser.get(batch.get_absolute_url())
    progress = response.context["progress"]
    assert {part.key: part.number for part in progress.parts} == {
        "accepted": 2, "refused": 1, "unknown": 1, "other": 0, "sending": 1, "queued": 1,
    }  # fmt: skip
    assert (progress.done, progress.total) == (4, 6)
    shown = browser.get(f"{batch.get_absolute_url()}?show=accepted").context["page"].rows
    assert [item.state for item in shown] == ["accepted", "accepted"]


def test_failures_are_grouped_by_code_and_only_certain_ones_can_be_tried_again(browser: Client, batch: Batch) -> None:
    set_states(batch, "refused", "refused", "unknown", code="OperationDenied.LicensesNotEnoughError")
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert "Try these again (2)" in page
    assert page.count("Try these again") == 1
    assert "No response: each needs a decision and is not repeated." in page
    code = {"code": "OperationDenied.LicensesNotEnoughError"}
    response = browser.post(f"{batch.get_absolute_url()}again/", code)
    fresh = Batch.objects.latest("pk")
    assert response.headers["Location"] == fresh.get_absolute_url()
    assert (fresh.size, fresh.repeats) == (2, batch)


def test_nothing_left_to_try_again_is_said(browser: Client, batch: Batch) -> None:
    response = browser.post(f"{batch.get_absolute_url()}again/", follow=True)
    assert "there is nothing left that was refused" in response.content.decode()
    assert Batch.objects.count() == 1


def test_an_unknown_item_leads_to_its_resolution(browser: Client, operator: User, batch: Batch) -> None:
    item = batch.items.first()
    assert item is not None
    item.recording = recorded(operator, item.device, batch.storage, state="unknown", task_id="", batch=batch)
    item.state, item.due_at = State.UNKNOWN, None
    item.save()
    page = browser.get(batch.get_absolute_url()).content.decode()
    assert f"/recordings/{item.recording.pk}/resolve/" in page


def test_a_batch_is_paused_resumed_and_cancelled_from_its_page(browser: Client, batch: Batch) -> None:
    url = batch.get_absolute_url()
    assert browser.post(f"{url}pause/", {"reason": "wrong shift"}).headers["Location"] == url
    page = browser.get(url).content.decode()
    assert "Paused by a user" in page
    assert "Resume" in page
    assert "Nothing was changed" in browser.post(f"{url}pause/", follow=True).content.decode()
    browser.post(f"{url}resume/")
    assert "6 items were cancelled." in browser.post(f"{url}cancel/", follow=True).content.decode()
    batch.refresh_from_db()
    assert batch.is_finished


def test_a_reason_that_cannot_be_shown_is_refused(browser: Client, batch: Batch) -> None:
    browser.post(f"{batch.get_absolute_url()}pause/", {"reason": "a\u202eb"})
    batch.refresh_from_db()
    assert batch.state == Batch.State.RUNNING


def test_why_a_batch_paused_by_itself_is_explained(browser: Client, batch: Batch) -> None:
    code = "FailedOperation.RestrictedConcurrency"
    Batch.objects.update(state="paused", pause_cause="concurrency", pause_code=code)
    assert "Concurrent recording limit reached" in browser.get(batch.get_absolute_url()).content.decode()


def test_only_a_second_operator_confirms(
    browser: Client, operator: User, project: Project, storage: StorageCredential, settings: Settings
) -> None:
    settings.BATCH_CONFIRM_ABOVE = 1
    batch = create_batch(actor=operator, request=batch_request([make_device(project) for _ in range(2)], storage))
    url = batch.get_absolute_url()
    assert "Confirm and begin" not in browser.get(url).content.decode()
    assert "you requested it" in browser.post(f"{url}confirm/", follow=True).content.decode()
    second = signed_in(make_operator(project))
    assert "Confirm and begin" in second.get(url).content.decode()
    second.post(f"{url}confirm/")
    batch.refresh_from_db()
    assert batch.state == Batch.State.RUNNING


def test_items_of_other_projects_are_neither_shown_nor_counted(
    operator: User, project: Project, storage: StorageCredential
) -> None:
    other = make_project(account=project.account)
    operator.memberships.create(role="operator", project=other)
    devices = [make_device(project), make_device(other)]
    request = batch_request(devices, storage)
    batch = create_batch(actor=User.objects.get(pk=operator.pk), request=request)
    response = signed_in(make_auditor(other)).get(batch.get_absolute_url())
    assert [item.device for item in response.context["page"].rows] == [devices[1]]
    assert response.context["progress"].total == 1
    assert devices[0].device_id not in response.content.decode()


def test_an_auditor_sees_and_exports_and_changes_nothing(auditor: User, batch: Batch) -> None:
    page = signed_in(auditor).get(batch.get_absolute_url()).content.decode()
    assert "Cancel the rest" not in page
    assert f"/batches/export/?batch={batch.pk}" in page
    assert batch.items.filter(state="queued").count() == 6


def test_the_list_shows_every_batch_with_its_bar(browser: Client, batch: Batch) -> None:
    set_states(batch, "refused", "unknown")
    response = browser.get("/batches/")
    [(shown, numbers, _parts)] = response.context["rows"]
    assert (shown, numbers["refused"].number, numbers["unknown"].number) == (batch, 1, 1)
    assert browser.get(f"/batches/?batch={batch.pk}").headers["Location"] == batch.get_absolute_url()
    assert "No batch yet" in signed_in(make_operator(make_project())).get("/batches/").content.decode()


def test_the_list_and_a_batch_have_a_query_budget(
    operator: User,
    project: Project,
    storage: StorageCredential,
    batch: Batch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(4):
        create_batch(actor=operator, request=batch_request([make_device(project) for _ in range(3)], storage))
    browser = signed_in(operator)
    with django_assert_max_num_queries(8):
        browser.get("/batches/", headers={"HX-Request": "true"})
    with django_assert_max_num_queries(18):
        browser.get(batch.get_absolute_url(), headers={"HX-Request": "true"})


def test_a_finished_batch_does_not_ask_again(browser: Client, batch: Batch) -> None:
    assert "every 2s" in browser.get(batch.get_absolute_url()).content.decode()
    Batch.objects.update(state="finished")
    assert "every 2s" not in browser.get(batch.get_absolute_url()).content.decode()


def test_the_result_is_exported_with_ids_and_codes(browser: Client, batch: Batch) -> None:
    set_states(batch, "refused", code="InternalError")
    response = browser.post(f"/batches/export/?batch={batch.pk}", {"format": "csv"}, follow=True)
    export = response.context["export"]
    content = b"".join(browser.get(f"/exports/{export.pk}/file/")).decode("utf-8-sig")  # type: ignore[arg-type]
    lines = content.splitlines()
    assert len(lines) == 7
    assert lines[0].startswith("batch,batch_name,action,position,project_id,device_id")
    assert "refused,,InternalError" in lines[1]


def test_the_history_shows_what_a_batch_started(browser: Client, operator: User, batch: Batch) -> None:
    items = list(batch.items.all())
    ours = recorded(operator, items[0].device, batch.storage, batch=batch)
    recorded(operator, items[1].device, batch.storage)
    assert browser.get(f"/recordings/?batch={batch.pk}").context["recordings"] == [ours]
