"""The chain of the audit trail: without AUDIT_KEY it cannot be changed unnoticed."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from pytest_django.fixtures import Settings

from recordings.audit_log.findings import Finding
from recordings.audit_log.record import record_audit
from recordings.audit_log.verify import verify
from recordings.models import AuditEntry, AuditHead

from .entries import entered

pytestmark = pytest.mark.django_db
LAST = 12
Tamper = Callable[[], object]
ENTRIES = AuditEntry.objects


@pytest.fixture
def trail(settings: Settings, tmp_path: object) -> list[AuditEntry]:
    settings.AUDIT_ANCHOR = f"{tmp_path}/anchors.jsonl"
    return [entered(target=f"Truck {n}", before={"n": n}, after={"name": "矿卡"}) for n in range(1, LAST + 1)]


def renumber(first: int, by: int) -> None:
    """Move everything from `first` on, in two steps: no two have one number."""
    ENTRIES.filter(sequence__gte=first).update(sequence=F("sequence") + 1000 + by)
    ENTRIES.filter(sequence__gte=1000).update(sequence=F("sequence") - 1000)


def swap(one: int, other: int) -> None:
    ENTRIES.filter(sequence=one).update(sequence=1000)
    ENTRIES.filter(sequence=other).update(sequence=one)
    ENTRIES.filter(sequence=1000).update(sequence=other)


def copy(sequence: int, to: int) -> None:
    forged = ENTRIES.get(sequence=sequence)
    forged.pk, forged.sequence = None, to
    forged.save(force_insert=True)


def insert_between() -> None:
    renumber(5, 1)
    copy(3, to=5)


def remove_and_close_up() -> None:
    ENTRIES.filter(sequence=5).delete()
    renumber(6, -1)


def cut_and_set_the_head_back() -> None:
    ENTRIES.filter(sequence__gt=9).delete()
    AuditHead.objects.update(sequence=9, mac=ENTRIES.get(sequence=9).mac)


TAMPERING: dict[str, tuple[Tamper, Finding, int]] = {
    "edit": (lambda: ENTRIES.filter(sequence=5).update(actor="somebody else"), Finding.EDITED, 5),
    "edit the details": (lambda: ENTRIES.filter(sequence=5).update(before={"n": 6}), Finding.EDITED, 5),
    "backdate": (lambda: ENTRIES.filter(sequence=1).update(at="2020-01-01T00:00Z"), Finding.EDITED, 1),
    "edit the last": (lambda: ENTRIES.filter(sequence=LAST).update(reason="none"), Finding.EDITED, LAST),
    "other mac": (lambda: ENTRIES.filter(sequence=5).update(mac="0" * 64), Finding.EDITED, 5),
    "mac that is none": (lambda: ENTRIES.filter(sequence=5).update(mac="é"), Finding.EDITED, 5),
    "remove": (lambda: ENTRIES.filter(sequence=5).delete(), Finding.REMOVED, 5),
    "remove the first": (lambda: ENTRIES.filter(sequence=1).delete(), Finding.REMOVED, 1),
    "remove and close up": (remove_and_close_up, Finding.REMOVED, 5),
    "insert at the end": (lambda: copy(5, to=LAST + 1), Finding.INSERTED, LAST + 1),
    "insert between": (insert_between, Finding.INSERTED, 5),
    "insert before the first": (lambda: copy(5, to=0), Finding.INSERTED, 0),
    "swap neighbours": (lambda: swap(5, 6), Finding.REORDERED, 5),
    "swap far ones": (lambda: swap(2, 11), Finding.REORDERED, 2),
    "cut the tail": (lambda: ENTRIES.filter(sequence__gt=9).delete(), Finding.CUT, 10),
    "cut everything": (lambda: ENTRIES.all().delete(), Finding.CUT, 1),
    "head set back": (lambda: AuditHead.objects.update(sequence=9), Finding.HEAD, 10),
    "head's mac": (lambda: AuditHead.objects.update(mac="0" * 64), Finding.HEAD, LAST),
    "head removed": (lambda: AuditHead.objects.all().delete(), Finding.HEAD, 1),
    "head set on": (lambda: AuditHead.objects.update(sequence=99), Finding.CUT, 13),
}


def test_an_untouched_chain_holds(trail: list[AuditEntry]) -> None:
    result = verify()
    assert (result.finding, result.sequence, result.breaks) == (None, None, 0)
    assert result.checked == LAST
    assert {entry.address for entry in AuditEntry.objects.all()} == {"10.0.0.7"}


def test_an_empty_trail_holds(trail: list[AuditEntry]) -> None:
    ENTRIES.all().delete()
    AuditHead.objects.all().delete()
    assert verify().finding is None


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_where_it_was_done_and_named(trail: list[AuditEntry], name: str) -> None:
    tamper, finding, sequence = TAMPERING[name]
    tamper()
    result = verify()
    assert (result.finding, result.sequence) == (finding, sequence)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps text where a number or a date belongs")
@pytest.mark.parametrize("column", ["at", "sequence", "mac", "actor"])
def test_what_no_entry_can_hold_is_found_too(trail: list[AuditEntry], column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE recordings_auditentry SET {column} = %s WHERE sequence = 5", [b"{x"])
    result = verify()
    assert result.finding in {Finding.EDITED, Finding.REMOVED}
    assert result.sequence == 5


def test_every_break_is_counted(trail: list[AuditEntry]) -> None:
    ENTRIES.filter(sequence__in=[2, 7, 9]).update(reason="x")
    assert verify().breaks == 3


def test_another_key_verifies_nothing(trail: list[AuditEntry], settings: Settings) -> None:
    settings.AUDIT_KEY = "another"
    assert verify().sequence == 1


def test_what_is_entered_meanwhile_is_no_fault(trail: list[AuditEntry]) -> None:
    result = verify(progress=lambda checked: entered() if checked < LAST + 3 else None)
    assert result.finding is None
    assert result.checked == LAST + 3


def test_an_entry_that_is_rolled_back_leaves_no_gap(trail: list[AuditEntry]) -> None:
    with transaction.atomic():
        record_audit(actor="ana", action="device.changed", target="Truck")
        transaction.set_rollback(True)
    entered()
    assert verify().finding is None
    assert AuditEntry.objects.latest("sequence").sequence == LAST + 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_entered_outside_of_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        record_audit(actor="ana", action="device.changed", target="Truck")
