"""Unclaimed tasks: counted with what needs attention, and dismissed with a reason once they are known to be over."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recordings.models import AuditEntry, CallbackEvent, Device, Project, StorageCredential, UnclaimedTask, User
from recordings.sandbox import Sandbox
from tests.factories import make_operator, signed_in

from .signed_posts import TASK, body_of, make_key, make_recording, tell

pytestmark = pytest.mark.django_db
LIST, ATTENTION = "/unclaimed/", "/attention/"


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    make_key(project)


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def hear(project: Project, *types: int, task_id: str = TASK) -> int:
    """Events of these types, a minute apart, the last just now; the number by which pages name the task."""
    now = timezone.now().timestamp()
    for number, event_type in enumerate(types):
        at = now - 60 * (len(types) - 1 - number)
        tell(project, body_of(event_type, task_id=task_id, at=at, Status=0))
    return CallbackEvent.objects.filter(task_id=task_id).order_by("pk")[0].pk


def count(browser: Client) -> str:
    return str(browser.get("/attention/count/").context["badges"].attention)


def dismiss(browser: Client, task: int, reason: str = "Test of the integrator") -> str:
    """What the page says that follows."""
    return browser.post(f"{LIST}{task}/dismiss/", {"reason": reason}, follow=True).content.decode()


def test_an_unclaimed_task_counts_and_is_in_the_one_list_of_what_needs_attention(
    browser: Client, project: Project
) -> None:
    task = hear(project, 301)
    assert count(browser) == "1"
    page = browser.get(ATTENTION).content.decode()
    assert TASK in page
    assert f"/unclaimed/#task-{task}" in page
    assert f'id="task-{task}"' in browser.get(LIST).content.decode()
    assert TASK in browser.get(ATTENTION, {"attention": "unclaimed", "project": project.pk}).content.decode()
    assert TASK not in browser.get(ATTENTION, {"attention": "failed"}).content.decode()


def test_of_other_projects_nothing_counts(project: Project, foreign_project: Project) -> None:
    hear(project, 301)
    stranger = signed_in(make_operator(foreign_project))
    assert count(stranger) == ""
    assert TASK not in stranger.get(ATTENTION).content.decode()


def test_the_count_is_capped(browser: Client, project: Project) -> None:
    now = timezone.now()
    UnclaimedTask.objects.bulk_create(
        UnclaimedTask(project=project, task_id=f"-{n}", first_event=n, first_reported_at=now, last_reported_at=now)
        for n in range(120)
    )
    assert count(browser) == "99+"


def test_what_a_recording_has_by_now_is_not_unclaimed(
    browser: Client, project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    hear(project, 301)
    make_recording(operator, device, storage, task_id=TASK)
    assert count(browser) == ""
    tell(project)
    assert not UnclaimedTask.objects.exists()


def test_what_may_still_run_is_not_dismissed(browser: Client, project: Project) -> None:
    task = hear(project, 301)
    assert "may still be running" in browser.get(f"{LIST}{task}/dismiss/").content.decode()
    assert "Not dismissed" in dismiss(browser, task)
    assert count(browser) == "1"
    assert not AuditEntry.objects.filter(action="task.dismissed").exists()


@pytest.mark.parametrize("order", [(301, 302), (302,)])
def test_a_task_that_has_left_is_dismissed_with_a_reason_that_is_kept_audited_and_shown(
    browser: Client, auditor: User, project: Project, order: tuple[int, ...]
) -> None:
    task = hear(project, *order)
    assert browser.post(f"{LIST}{task}/dismiss/", {"reason": " "}).status_code == 422
    assert "Dismissed." in dismiss(browser, task)
    assert count(browser) == ""
    assert TASK not in browser.get(ATTENTION).content.decode()
    entry = AuditEntry.objects.get(action="task.dismissed")
    assert (entry.reason, entry.actor, entry.target) == ("Test of the integrator", "operator", TASK)
    shown = signed_in(auditor).get(LIST).content.decode()
    assert "Test of the integrator" in shown.split('id="dismissed"')[1]
    assert "Nothing was changed" in dismiss(browser, task)


def test_work_after_the_recorder_left_means_that_it_may_run(browser: Client, project: Project) -> None:
    task = hear(project, 301, 302, 306)
    assert "Not dismissed" in dismiss(browser, task)


def test_what_the_page_offers_to_dismiss_is_dismissed_and_nothing_else(browser: Client, project: Project) -> None:
    at = timezone.now().timestamp() - 600
    tell(project, body_of(301, at=at - 60, Status=0), body_of(302, at=at), body_of(307, at=at + 30))
    task = CallbackEvent.objects.order_by("pk")[0].pk
    assert reverse("unclaimed_dismiss", args=[task]) not in browser.get(LIST).content.decode()
    assert "Not dismissed" in dismiss(browser, task)


def test_an_end_that_is_reported_late_does_not_hide_the_work_after_it(project: Project) -> None:
    at = timezone.now().timestamp()
    tell(project, body_of(307, at=at))
    tell(project, body_of(302, at=at - 300))
    assert not UnclaimedTask.objects.get().has_left


@pytest.mark.parametrize("event_type", [301, 306])
@pytest.mark.parametrize("payload", [{}, {"Status": "ok"}, {"Status": True}, {"Status": 7}])
def test_an_event_without_a_readable_status_is_no_sign_of_work(
    browser: Client, project: Project, event_type: int, payload: dict[str, object]
) -> None:
    task = hear(project, 304, 302)
    assert "Dismissed." in dismiss(browser, task)
    tell(project, body_of(event_type, at=timezone.now().timestamp() + 90, **payload))
    assert count(browser) == ""
    assert UnclaimedTask.objects.get().has_left


def test_after_a_stop_that_found_nothing_it_can_be_dismissed(
    sandbox: Sandbox, browser: Client, project: Project
) -> None:
    task = hear(project, 301)
    browser.post(f"{LIST}{task}/stop/")
    assert f"/unclaimed/{task}/dismiss/" in browser.get(LIST).content.decode()
    assert "Dismissed." in dismiss(browser, task)


def test_an_accepted_stop_counts_as_the_end_only_after_a_while(browser: Client, project: Project) -> None:
    task = hear(project, 301)
    UnclaimedTask.objects.update(stop_accepted_at=timezone.now())
    assert "Not dismissed" in dismiss(browser, task)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert "Dismissed." in dismiss(signed_in(User.objects.get(username="operator")), task)


@pytest.mark.parametrize(
    ("event_type", "comes_back"), [(301, True), (306, True), (307, True), (310, False), (302, False)]
)
def test_only_a_new_sign_of_work_brings_it_back(
    browser: Client, project: Project, event_type: int, comes_back: bool
) -> None:
    task = hear(project, 304, 302)
    dismiss(browser, task)
    tell(project, body_of(event_type, at=timezone.now().timestamp() + 5, Status=0))
    assert count(browser) == ("1" if comes_back else "")
    page = browser.get(LIST).content.decode()
    assert ("New activity was reported since" in page) == comes_back
    if comes_back:
        assert "Test of the integrator" in page


def test_only_who_may_decide_there_dismisses(project: Project, auditor: User, foreign_project: Project) -> None:
    task = hear(project, 301, 302)
    url = f"{LIST}{task}/dismiss/"
    assert signed_in(auditor).post(url, {"reason": "x"}).status_code == 403
    assert signed_in(make_operator(foreign_project)).post(url, {"reason": "x"}).status_code == 404
    assert "/dismiss/" not in signed_in(auditor).get(LIST).content.decode()
    assert not UnclaimedTask.objects.get().is_dismissed


def test_the_page_refreshes_itself(browser: Client) -> None:
    assert 'hx-swap="refresh"' in browser.get(LIST).content.decode().split('id="unclaimed"')[1].split(">")[0]
