"""The list of what needs a person, and seeing to many at once after a look at what was chosen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recordings import heartbeat
from recordings.lifecycle.start import build_recording
from recordings.models import Attention, AuditEntry, Decision, Device, Project, Recording, StorageCredential, User
from tests.access import assert_methods
from tests.factories import make_device, make_operator, make_person, make_project, make_storage, signed_in
from tests.forms import HOSTILE
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
LIST, DECIDE = "/attention/", "/attention/decide/"
State = Recording.State


def make_needing(
    actor: User, device: Device, storage: StorageCredential, stream: int = 0, **fields: object
) -> Recording:
    recording = build_recording(actor=actor, request=start_request(device, storage, video_stream_id=stream))
    values = {"state": State.UNKNOWN, "attention": Attention.UNKNOWN, "attention_at": timezone.now()} | fields
    for name, value in values.items():
        setattr(recording, name, value)
    recording.save()
    return recording


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def needing(operator: User, device: Device, storage: StorageCredential) -> list[Recording]:
    """An unknown one and a failed one."""
    failed = {"state": State.FAILED, "attention": Attention.FAILED, "ended_at": timezone.now()}
    return [make_needing(operator, device, storage), make_needing(operator, device, storage, 1, **failed)]


def selection_of(browser: Client, **posted: object) -> str:
    """What was frozen when these were chosen."""
    response = browser.post(DECIDE, posted)
    assert response.status_code == 200
    return str(response.context["form"]["selection"].value())


def test_it_says_why_and_what_to_do_the_most_money_at_risk_first(browser: Client, needing: list[Recording]) -> None:
    response = browser.get(LIST)
    assert [row.pk for row in response.context["page"].rows] == [needing[0].pk, needing[1].pk]
    page = response.content.decode()
    assert "No response: may be running" in page
    assert "then resolve" in page
    assert "Resolve…" in page


def test_the_navigation_counts_it(browser: Client, needing: list[Recording]) -> None:
    assert 'hx-swap="refresh">2</span>' in browser.get("/recordings/").content.decode()


def test_nothing_to_do_says_so(browser: Client) -> None:
    page = browser.get(LIST).content.decode()
    assert "Nothing needs attention" in page
    assert 'hx-swap="refresh"></span>' in page


def test_its_filters_narrow_it_down_and_name_what_they_do_not_know(
    browser: Client, needing: list[Recording], project: Project
) -> None:
    found = browser.get(LIST, {"attention": "failed", "project": project.pk}).context["page"].rows
    assert [row.pk for row in found] == [needing[1].pk]
    assert "A filter is invalid" in browser.get(LIST, {"attention": "tired"}).content.decode()
    for name in ("project", "attention", "after"):
        for value in HOSTILE.values():
            assert browser.get(LIST, {name: value}).status_code == 200


def test_pages_follow_each_other_without_gap_or_overlap(
    browser: Client, operator: User, device: Device, storage: StorageCredential,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    now = timezone.now()
    for number in range(90):
        at = now - timedelta(seconds=number // 40)
        make_needing(operator, device, storage, number, attention_at=at)
    seen: list[int] = []
    cursor = ""
    while True:
        with django_assert_max_num_queries(13 + (connection.vendor == "postgresql")):  # whose clock is one more query
            page = browser.get(LIST, {"after": cursor}).context["page"]
        seen += [row.pk for row in page.rows]
        if not (cursor := page.next_cursor):
            break
    assert len(seen) == len(set(seen)) == 90


def test_what_was_chosen_is_shown_with_its_count_before_anything_happens(
    browser: Client, needing: list[Recording]
) -> None:
    response = browser.post(DECIDE, {"chosen": [row.pk for row in needing], "decision": "close"})
    page = response.content.decode()
    assert "Close 2 recordings?" in page
    assert (response.context["closed"], response.context["handled"]) == (1, 1)
    assert not Decision.objects.exists()


def test_with_one_reason_what_can_be_closed_is_and_the_rest_is_seen_to(
    browser: Client, needing: list[Recording]
) -> None:
    selection = selection_of(browser, chosen=[row.pk for row in needing], decision="close")
    response = browser.post(DECIDE, {"selection": selection, "decision": "close", "reason": "Shift is over"})
    assert response.headers["Location"] == LIST
    assert {row.choice for row in Decision.objects.all()} == {"closed", "dismissed"}
    assert {row.reason for row in Decision.objects.all()} == {"Shift is over"}
    for row, state in zip(needing, (State.CLOSED, State.UNKNOWN), strict=True):
        row.refresh_from_db()
        assert row.attention == ""
        assert row.state in {state, State.QUEUED}
    assert AuditEntry.objects.filter(action__in=["recording.closed", "recording.dismissed"]).count() == 2


def test_what_changed_since_it_was_chosen_is_left_alone_and_named(browser: Client, needing: list[Recording]) -> None:
    selection = selection_of(browser, chosen=[row.pk for row in needing], decision="dismiss")
    Recording.objects.filter(pk=needing[0].pk).update(state=State.ACCEPTED, task_id="-found", attention="")
    posted = {"selection": selection, "decision": "dismiss", "reason": "Seen"}
    page = browser.post(DECIDE, posted, follow=True).content.decode()
    assert "1 recording marked as handled" in page
    assert "Skipped because they changed" in page
    assert str(needing[0].device) in page
    assert [row.recording_id for row in Decision.objects.all()] == [needing[1].pk]


def test_all_means_what_matches_the_filters_on_every_page(
    browser: Client, operator: User, device: Device, storage: StorageCredential, needing: list[Recording]
) -> None:
    for stream in range(2, 80):
        make_needing(operator, device, storage, stream)
    response = browser.post(DECIDE, {"everything": "1", "attention": "unknown", "project": "", "decision": "dismiss"})
    assert response.context["count"] == 79


def test_of_other_projects_nothing_is_shown_chosen_or_decided(needing: list[Recording]) -> None:
    other = make_project()
    stranger = make_operator(other)
    mine = make_needing(stranger, make_device(other), make_storage(other))
    browser = signed_in(stranger)
    assert [row.pk for row in browser.get(LIST).context["page"].rows] == [mine.pk]
    for chosen in ({"chosen": [needing[0].pk, mine.pk]}, {"everything": "1"}):
        assert [row.pk for row in browser.post(DECIDE, chosen).context["shown"]] == [mine.pk]


def test_a_selection_that_is_not_ours_and_a_missing_reason_change_nothing(
    browser: Client, needing: list[Recording]
) -> None:
    for forged in ("", "x", "W10:abc"):
        response = browser.post(DECIDE, {"selection": forged, "decision": "close", "reason": "x"}, follow=True)
        assert "Nothing was changed" in response.content.decode()
    selection = selection_of(browser, chosen=[needing[0].pk])
    assert browser.post(DECIDE, {"selection": selection, "decision": "close", "reason": " "}).status_code == 422
    assert browser.post(DECIDE, {"selection": selection, "decision": "burn", "reason": "x"}).status_code == 422
    assert not Decision.objects.exists()


def test_hostile_choices_choose_nothing(browser: Client, needing: list[Recording]) -> None:
    for value in [*HOSTILE.values(), "²", "١"]:
        assert browser.post(DECIDE, {"chosen": value}, follow=True).status_code == 200
    assert not Decision.objects.exists()


def test_everybody_sees_and_operators_act(needing: list[Recording], admin: User, auditor: User, operator: User) -> None:
    for person in (admin, auditor):
        page = signed_in(person).get(LIST).content.decode()
        assert "No response: may be running" in page
        assert 'name="chosen"' not in page
    for person in (admin, auditor, make_person()):
        assert signed_in(person).post(DECIDE, {"chosen": needing[0].pk}).status_code == 403
    assert_methods(DECIDE, operator, "post")


def test_without_a_worker_the_list_says_that_nothing_new_is_noticed(operator: User) -> None:
    browser = signed_in(operator)
    assert "No background worker seems to be running" in browser.get(LIST).content.decode()
    heartbeat.beat(timezone.now())
    assert "No background worker seems to be running" not in browser.get(LIST).content.decode()


def test_coming_back_from_a_sign_in_to_the_second_step_leads_to_the_list(operator: User) -> None:
    response = signed_in(operator).get(DECIDE)
    assert (response.status_code, response.headers["Location"]) == (303, LIST)


def test_the_number_beside_the_place_asks_again_by_itself(browser: Client, needing: list[Recording]) -> None:
    assert ">2</span>" in browser.get("/attention/count/").content.decode()
    Recording.objects.update(attention="")
    answer = browser.get("/attention/count/").content.decode()
    assert "></span>" in answer
    assert 'hx-trigger="every' in answer


def test_select_all_says_how_many_there_are_with_and_without_filters(
    browser: Client, operator: User, device: Device, storage: StorageCredential, needing: list[Recording]
) -> None:
    for stream in range(2, 60):
        make_needing(operator, device, storage, stream)
    assert "Select all (60)" in browser.get(LIST).content.decode()
    assert "Select all 1 matching" in browser.get(LIST, {"attention": "failed"}).content.decode()


def test_select_all_counts_only_what_this_user_decides_about(
    operator: User, device: Device, needing: list[Recording]
) -> None:
    operator.memberships.create(role="auditor")
    other = make_project()
    make_needing(make_operator(other), make_device(other), make_storage(other))
    page = signed_in(operator).get(LIST)
    assert len(page.context["page"].rows) == 3
    assert "Select all (2)" in page.content.decode()


@pytest.mark.parametrize("count", [1, 2])
def test_after_items_are_settled_the_user_is_back_at_the_same_filter_and_place(
    browser: Client, operator: User, device: Device, storage: StorageCredential, needing: list[Recording], count: int
) -> None:
    rows = [make_needing(operator, device, storage, stream) for stream in range(10, 15)]  # the last is the newest
    listed = f"{LIST}?attention=unknown"
    chosen = [row.pk for row in rows[2 : 2 + count]]
    asked = browser.post(DECIDE, {"chosen": chosen, "decision": "close", "back": listed})
    back = asked.context["back"]
    assert back == f"{listed}#needing-{rows[1].pk}"
    posted = {"selection": asked.context["form"]["selection"].value(), "decision": "close", "reason": "x", "back": back}
    assert browser.post(DECIDE, posted).headers["Location"] == back


@pytest.mark.parametrize("page", ["close", "resolve"])
def test_settling_one_item_on_its_own_page_leads_back_to_the_list(
    browser: Client, needing: list[Recording], operator: User, device: Device, storage: StorageCredential, page: str
) -> None:
    silent = {"state": State.ACCEPTED, "task_id": "-t", "attention": Attention.SILENT}
    row = needing[0] if page == "resolve" else make_needing(operator, device, storage, 7, **silent)
    listed = browser.get(f"{LIST}?project={device.project_id}").context["page"].rows
    back = next(each.back for each in listed if each.pk == row.pk)
    assert back.startswith(f"{LIST}?project={device.project_id}#needing-")
    shown = browser.get(f"/recordings/{row.pk}/{page}/", {"back": back})
    assert shown.context["back"] == back
    answers = {"reason": "Looked", "found": "not_started", "back": back}
    assert browser.post(f"/recordings/{row.pk}/{page}/", answers).headers["Location"] == back


@pytest.mark.parametrize("back", ["https://evil.example/attention/", "//evil.example", "/people/", "/attention/\n", ""])
def test_no_other_address_is_returned_to(browser: Client, needing: list[Recording], back: str) -> None:
    answers = {"reason": "Looked", "found": "not_started", "back": back}
    answer = browser.post(f"/recordings/{needing[0].pk}/resolve/", answers)
    assert answer.headers["Location"] == needing[0].get_absolute_url()


def test_when_the_last_of_a_page_is_settled_the_first_page_is_shown(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    now = timezone.now()
    rows = [make_needing(operator, device, storage, n, attention_at=now - timedelta(seconds=n)) for n in range(51)]
    cursor = browser.get(LIST).context["page"].next_cursor
    Recording.objects.filter(pk=rows[50].pk).update(attention="")
    assert len(browser.get(LIST, {"after": cursor}).context["page"].rows) == 50


def test_a_selection_of_another_user_is_refused_and_names_nothing(
    needing: list[Recording], browser: Client, foreign_project: Project
) -> None:
    selection = selection_of(browser, chosen=[needing[0].pk], decision="close")
    stranger = signed_in(make_operator(foreign_project))
    response = stranger.post(DECIDE, {"selection": selection, "decision": "close", "reason": "x"}, follow=True)
    assert "this page had expired" in response.content.decode()
    assert str(needing[0].device) not in response.content.decode()


def test_a_selection_is_worth_nothing_once_the_role_is_gone(
    needing: list[Recording], browser: Client, operator: User, foreign_project: Project
) -> None:
    selection = selection_of(browser, chosen=[needing[0].pk], decision="close")
    operator.memberships.update(project=foreign_project)
    response = browser.post(DECIDE, {"selection": selection, "decision": "close", "reason": "x"}, follow=True)
    assert "this page had expired" in response.content.decode()
    assert str(needing[0].device) not in response.content.decode()
