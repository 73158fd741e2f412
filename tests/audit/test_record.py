"""What is entered whatever happens: denied requests, what is not there, merged by address and minute, odd text."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from recordings.audit_log.record import origin, record_audit_merged
from recordings.audit_log.verify import verify
from recordings.models import AuditEntry, Project, User
from tests.factories import make_operator, signed_in

from .entries import entered

pytestmark = pytest.mark.django_db
MINUTE = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def merged(address: str, times: int = 1, action: str = "session.refused") -> None:
    token = origin.set(address)
    for _ in range(times):
        record_audit_merged(actor="", action=action, target="nobody we know")
    origin.reset(token)


def counts() -> list[Any]:
    return [entry.after.get("times", 1) for entry in AuditEntry.objects.order_by("sequence")]


def test_a_flood_from_one_address_is_a_handful_of_entries_that_say_how_often() -> None:
    with time_machine.travel(MINUTE, tick=False):
        merged("10.0.0.1", times=250)
    assert counts() == [1, 10, 100]


def test_another_minute_address_or_action_is_entered_again() -> None:
    with time_machine.travel(MINUTE, tick=False):
        merged("10.0.0.1", times=3)
        merged("10.0.0.2")
        merged("10.0.0.1", action="access.denied")
    with time_machine.travel(MINUTE.replace(minute=31), tick=False):
        merged("10.0.0.1")
    assert counts() == [1, 1, 1, 1]


def test_an_ipv6_network_counts_as_one_address() -> None:
    with time_machine.travel(MINUTE, tick=False):
        for number in range(1, 9):
            merged(f"2001:db8:1:2::{number:x}")
        merged("2001:db8:1:3::1")
    assert [entry.address for entry in AuditEntry.objects.order_by("sequence")] == [
        "2001:db8:1:2::1",
        "2001:db8:1:3::1",
    ]


def test_what_is_no_address_is_merged_too() -> None:
    with time_machine.travel(MINUTE, tick=False):
        merged("unknown", times=3)
    assert counts() == [1]


def test_a_denied_page_is_entered_with_who_and_what(operator: User) -> None:
    client = signed_in(operator)
    for _ in range(3):
        assert client.get("/audit/").status_code == 403
    entry = AuditEntry.objects.get(action="access.denied")
    assert (entry.actor, entry.target, entry.address) == ("operator", "/audit/", "127.0.0.1")


def test_a_harmless_page_that_was_denied_hides_no_other(operator: User) -> None:
    client = signed_in(operator)
    pages = ["/people/999/", "/audit/", "/people/new/", "/credentials/storage/new/"]
    for page in pages * 2:
        assert client.get(page).status_code == 403
    assert list(AuditEntry.objects.order_by("sequence").values_list("target", flat=True)) == pages


def test_many_pages_that_were_denied_are_ten_entries_and_then_counts(operator: User) -> None:
    with time_machine.travel(MINUTE, tick=False):
        for number in range(250):
            record_audit_merged(actor=operator, action="access.denied", target=f"/people/{number}/")
    assert counts() == [1] * 9 + [10, 100]


def test_denied_page_of_one_user_does_not_hide_another_users(operator: User, project: Project) -> None:
    other = make_operator(project)
    with time_machine.travel(MINUTE, tick=False):
        for person in (operator, other):
            record_audit_merged(actor=person, action="access.denied", target="/audit/")
    assert set(AuditEntry.objects.values_list("actor", flat=True)) == {"operator", other.username}


def test_unknown_name_does_not_hide_a_known_users_failed_sign_in(operator: User, project: Project) -> None:
    people = [operator, *(make_operator(project) for _ in range(9))]
    with time_machine.travel(MINUTE, tick=False):
        merged("10.0.0.1", action="session.refused")
        for person in people * 3:
            record_audit_merged(actor="", action="session.refused", target=person)
    assert list(AuditEntry.objects.order_by("sequence").values_list("target_id", flat=True)) == [
        "",
        *(str(person.pk) for person in people),
    ]


def test_request_for_another_projects_object_is_recorded(operator: User, foreign_project: Project) -> None:
    url = foreign_project.get_absolute_url()
    assert signed_in(operator).get(url).status_code == 404
    entry = AuditEntry.objects.get(action="access.missing")
    assert (entry.actor, entry.target) == ("operator", url)


def test_text_that_no_database_stores_is_entered_escaped_and_the_chain_holds() -> None:
    odd = "a\0b\ud800c"
    entry = entered(target=odd, reason=odd, after={odd: [odd, {"x": odd}], "n": 1.5, "none": None, "yes": True})
    entry.refresh_from_db()
    safe = r"a\u0000b\ud800c"
    assert (entry.target, entry.reason) == (safe, safe)
    assert entry.after == {safe: [safe, {"x": safe}], "n": 1.5, "none": None, "yes": True}
    assert verify().finding is None


def test_text_that_is_too_long_is_cut_and_stops_nothing() -> None:
    entry = entered(target="t" * 1000, reason="r" * 1000, target_id="i" * 1000)
    entry.refresh_from_db()
    assert (len(entry.target), len(entry.reason), len(entry.target_id)) == (300, 500, 64)
    assert verify().finding is None
