"""Requested checks: the button, the worker's job, progress, findings, and who may see them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recordings.audit_log.anchor_file import known_anchors
from recordings.audit_log.anchors import anchor_now
from recordings.audit_log.checks import due_checks, request_check, run_check, store_result
from recordings.audit_log.verify import verify
from recordings.leases import LEASE, Lease, LeaseLost
from recordings.models import AuditCheck, AuditEntry, User
from recordings.worker.cycle import run_cycle
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods
from tests.factories import signed_in

from .entries import entered

pytestmark = pytest.mark.django_db
PAGE, BUTTON = "/audit/checks/", "/audit/checks/new/"


@pytest.fixture
def browser(auditor: User) -> Client:
    return signed_in(auditor)


def test_access(operator: User, no_role_user: User, admin: User, auditor: User) -> None:
    for url in (PAGE, "/audit/anchors/"):
        assert_asks_to_sign_in(url)
    for url in (PAGE, "/audit/anchors/"):
        assert_forbidden(url, operator, no_role_user, takes_posts=False)
        assert_methods(url, auditor)
    assert signed_in(admin).get(PAGE).status_code == 200
    assert Client().post(BUTTON).status_code == 302
    for person in (operator, no_role_user, admin):
        assert signed_in(person).post(BUTTON).status_code == 403
    assert AuditCheck.objects.count() == 0


def test_a_press_asks_for_one_check_and_leads_to_its_page(browser: Client) -> None:
    for _press in range(2):
        response = browser.post(BUTTON)
        assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    check = AuditCheck.objects.get()
    assert check.requested_by == "auditor"
    assert AuditEntry.objects.filter(action="audit.check_asked").count() == 1
    page = browser.get(PAGE).content.decode()
    assert "Waiting" in page
    assert 'hx-trigger="every 1s"' in page


def test_the_worker_does_it_and_the_page_stops_asking(browser: Client) -> None:
    entered()
    browser.post(BUTTON)
    run_cycle(timezone.now())
    check = AuditCheck.objects.get()
    assert (check.finding, check.checked, check.due_at) == ("", 2, None)
    page = browser.get(PAGE).content.decode()
    assert "Intact" in page
    assert "hx-trigger" not in page.split('id="checks"')[1].split(">")[0]
    entry = AuditEntry.objects.get(action="audit.checked")
    assert (entry.actor, entry.target_id) == ("system", str(check.pk))
    assert (entry.after["entries"], entry.after["anchors"], entry.after["anchors_known"]) == (2, 0, 0)
    assert known_anchors()[-1].sequence == entry.sequence


def test_what_is_wrong_is_named_and_not_anchored(browser: Client) -> None:
    entered()
    entered()
    AuditEntry.objects.filter(sequence=2).update(reason="edited")
    browser.post(BUTTON)
    run_cycle(timezone.now())
    check = AuditCheck.objects.get()
    assert (check.finding, check.sequence) == ("edited", 2)
    page = browser.get(PAGE).content.decode()
    assert "Entry 2" in page
    assert "Edited, or not written by this system" in page
    assert known_anchors() == []
    assert AuditEntry.objects.get(action="audit.checked").after["finding"] == "edited"


def test_a_check_is_done_once_however_often_it_is_woken(auditor: User) -> None:
    check = request_check(actor=auditor)
    assert run_check(check.pk, timezone.now()) is not None
    assert run_check(check.pk, timezone.now()) is None
    assert AuditEntry.objects.filter(action="audit.checked").count() == 1


def test_a_check_whose_worker_died_is_done_by_another_when_the_lease_ran_out(auditor: User) -> None:
    check = request_check(actor=auditor)
    AuditCheck.objects.update(due_at=timezone.now() + LEASE)
    assert not due_checks(timezone.now()).exists()
    assert run_check(check.pk, timezone.now()) is None
    later = timezone.now() + LEASE + timedelta(seconds=1)
    assert run_check(check.pk, later) is not None


def test_a_worker_that_lost_its_lease_stores_nothing(auditor: User) -> None:
    check = request_check(actor=auditor)
    lease = timezone.now() + LEASE
    AuditCheck.objects.update(due_at=lease)
    lost = Lease(rows=AuditCheck.objects.filter(finished_at=None), until=lease - timedelta(seconds=1))
    with pytest.raises(LeaseLost):
        store_result(check.pk, lost, verify())
    check.refresh_from_db()
    assert check.finished_at is None
    assert not AuditEntry.objects.filter(action="audit.checked").exists()


def test_anchors_are_shown_whole_so_that_they_can_be_copied(browser: Client) -> None:
    assert b"The file cannot be read here" in browser.get("/audit/anchors/").content
    entry = entered()
    anchor_now(timezone.now())
    page = browser.get("/audit/anchors/").content.decode()
    assert f'data-copy="1:{entry.mac}"' in page
