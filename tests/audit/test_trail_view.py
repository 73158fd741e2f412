"""/audit/: the list in words, filtered, paged without gaps, in a fixed number of queries."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recordings.audit_log.anchors import TROUBLE
from recordings.models import AuditCheck, Device, Project, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods
from tests.factories import signed_in

from .entries import entered

pytestmark = pytest.mark.django_db
URL = "/audit/"


@pytest.fixture
def browser(auditor: User) -> Client:
    return signed_in(auditor)


def sequences(browser: Client, **query: Any) -> list[int]:
    return [line.entry.sequence for line in browser.get(URL, query).context["lines"]]


def test_the_signed_out_are_asked_to_sign_in() -> None:
    assert_asks_to_sign_in(URL)


def test_operators_and_people_without_a_role_are_refused(operator: User, no_role_user: User) -> None:
    assert_forbidden(URL, operator, no_role_user, takes_posts=False)


def test_only_reading_is_possible(auditor: User) -> None:
    assert_methods(URL, auditor)


def test_an_empty_trail_says_so(browser: Client) -> None:
    assert b"No entries yet" in browser.get(URL).content


def test_an_entry_is_shown_in_words_with_its_link(browser: Client, device: Device, project: Project) -> None:
    entered(
        "device.changed", target=device, project_id=project.project_id, reason="wrong name", actor="ana",
        address="10.1.2.3",
    )  # fmt: skip
    page = browser.get(URL).content.decode()
    for text in ("Device changed", "ana", "10.1.2.3", "wrong name", "Open pit", f'href="/fleet/devices/{device.pk}/"'):
        assert text in page


def test_an_action_without_words_and_a_target_without_a_page_are_shown_as_they_are(browser: Client) -> None:
    entered("new.action", target="something", target_type="Strange", target_id="7")
    page = browser.get(URL).content.decode()
    for text in ("new.action", "something", "Strange"):
        assert text in page


def test_signed_out_users_and_the_system_have_names(browser: Client) -> None:
    entered("session.refused", actor="", target="nobody we know")
    entered("recording.doubled", actor="system", target="x")
    page = browser.get(URL).content.decode()
    assert "Not signed in" in page
    assert "System" in page


def test_what_a_stranger_typed_is_inert_and_visible(browser: Client) -> None:
    entered(target="<script>alert(1)</script>\u202egpj\x07", reason='" onload=x', actor="<b>")
    page = browser.get(URL).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert r"\u202egpj\u0007" in page
    assert "<b>" not in page


def test_pages_follow_each_other_without_gap_or_overlap(browser: Client) -> None:
    for _ in range(123):
        entered()
    seen: list[int] = []
    cursor = ""
    while True:
        context = browser.get(URL, {"after": cursor} if cursor else {}).context
        seen += [line.entry.sequence for line in context["lines"]]
        cursor = context["page"].next_cursor
        if not cursor:
            break
    assert seen == list(range(123, 0, -1))


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40, "1;", "é", "\0"])
def test_a_cursor_that_is_none_gives_the_first_page(browser: Client, cursor: str) -> None:
    entered()
    assert sequences(browser, after=cursor) == [1]


def test_filters_stay_in_the_address_and_narrow_down(browser: Client) -> None:
    entered(actor="bo")
    for _ in range(60):
        entered(actor="ana")
    assert sequences(browser, actor="bo") == [1]
    page = browser.get(URL, {"actor": "ana"}).content.decode()
    assert "?actor=ana&amp;after=" in page


def test_a_filter_that_makes_no_sense_shows_nothing_and_says_why(browser: Client) -> None:
    entered()
    response = browser.get(URL, {"since": "yesterday"})
    assert response.context["lines"] == []
    assert b"A filter is invalid" in response.content


def test_a_limited_auditor_finds_nothing_else_whatever_is_asked(
    limited_auditor: User, project: Project, foreign_project: Project
) -> None:
    entered(target="ours", project_id=project.project_id)
    entered(target="theirs", project_id=foreign_project.project_id)
    entered(target="nobody's")
    client = signed_in(limited_auditor)
    for query in ({}, {"q": "s"}, {"actor": "ana"}, {"action": "device."}, {"after": "4"}):
        assert sequences(client, **query) == [1], query
    assert sequences(client, project=foreign_project.pk) == []


def test_a_fragment_is_the_results_alone(browser: Client) -> None:
    response = browser.get(URL, headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<div id="results">')
    assert "HX-Request" in response.headers["Vary"]


def test_the_number_of_queries_does_not_grow_with_the_entries(browser: Client, project: Project) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(URL).status_code == 200
        return len(captured)

    entered(project_id=project.project_id)
    few = queries()
    for _ in range(60):
        entered(project_id=project.project_id)
    assert queries() == few <= 14


def test_last_verification_is_shown_above_the_list(browser: Client) -> None:
    assert b"Never verified" in browser.get(URL).content
    check = AuditCheck.objects.create(requested_by="auditor")
    assert b"is being verified" in browser.get(URL).content
    check.finished_at, check.checked = check.requested_at, 17
    check.save()
    assert b"17 entries" in browser.get(URL).content
    check.finding, check.sequence = "cut", 18
    check.save()
    page = browser.get(URL).content.decode()
    assert "entry 18" in page
    assert "The newest entries were removed" in page


def test_an_anchor_that_could_not_be_written_is_shown_here_and_on_the_status_page(browser: Client) -> None:
    cache.set(TROUBLE, "No space left on device", None)
    for url in (URL, "/audit/anchors/", "/status/"):
        assert b"No space left on device" in browser.get(url).content, url
    cache.delete(TROUBLE)


def test_the_export_takes_the_filters_along(browser: Client, admin: User) -> None:
    entered(actor="bo")
    page = browser.get(URL, {"actor": "bo", "action": "device."}).content.decode()
    assert 'href="/audit/export/?actor=bo&amp;action=device."' in page
    assert b"/audit/export/" not in signed_in(admin).get(URL).content


def test_only_who_may_verify_gets_the_button(browser: Client, admin: User) -> None:
    assert b'action="/audit/checks/new/"' in browser.get(URL).content
    assert b'action="/audit/checks/new/"' not in signed_in(admin).get(URL).content


def test_the_navigation_leads_here_for_those_who_may(browser: Client, operator: User) -> None:
    assert b'href="/audit/"' in browser.get("/recordings/").content
    assert b'href="/audit/"' not in signed_in(operator).get("/recordings/").content
