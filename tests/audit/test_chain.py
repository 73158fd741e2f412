"""The chain of the audit trail: whoever lacks AUDIT_KEY cannot change it unnoticed."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from pytest_django.fixtures import Settings

from recordings.audit.usecases import enter, first_break, origin
from recordings.models import AuditEntry, AuditHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail() -> list[AuditEntry]:
    token = origin.set("10.0.0.7")
    entries = [
        enter(actor="ana", action="device.changed", target=f"Truck {n}", before={"n": n}, after={"name": "矿卡"})
        for n in range(6)
    ]
    origin.reset(token)
    return entries


def edit(trail: list[AuditEntry]) -> int:
    AuditEntry.objects.filter(sequence=3).update(actor="somebody else")
    return 3


def delete(trail: list[AuditEntry]) -> int:
    AuditEntry.objects.filter(sequence=3).delete()
    return 3


def insert(trail: list[AuditEntry]) -> int:
    forged = AuditEntry.objects.get(sequence=3)
    forged.pk, forged.sequence = None, 7
    forged.save()
    return 7


def reorder(trail: list[AuditEntry]) -> int:
    AuditEntry.objects.filter(sequence=2).update(sequence=100)
    AuditEntry.objects.filter(sequence=3).update(sequence=2)
    AuditEntry.objects.filter(sequence=100).update(sequence=3)
    return 2


def cut_the_tail(trail: list[AuditEntry]) -> int:
    AuditEntry.objects.filter(sequence__gt=4).delete()
    return 5


def backdate(trail: list[AuditEntry]) -> int:
    AuditEntry.objects.filter(sequence=1).update(at=trail[0].at.replace(year=2020))
    return 1


def test_an_untouched_chain_holds(trail: list[AuditEntry]) -> None:
    assert first_break() is None
    assert AuditHead.objects.get().sequence == 6
    assert {entry.address for entry in AuditEntry.objects.all()} == {"10.0.0.7"}


@pytest.mark.parametrize("tamper", [edit, delete, insert, reorder, cut_the_tail, backdate])
def test_tampering_is_found_where_it_was_done(
    trail: list[AuditEntry], tamper: Callable[[list[AuditEntry]], int]
) -> None:
    expected = tamper(trail)
    assert first_break() == expected


def test_another_key_verifies_nothing(trail: list[AuditEntry], settings: Settings) -> None:
    settings.AUDIT_KEY = "another"
    assert first_break() == 1


def test_an_entry_that_is_rolled_back_leaves_no_gap(trail: list[AuditEntry]) -> None:
    with transaction.atomic():
        enter(actor="ana", action="device.changed", target="Truck")
        transaction.set_rollback(True)
    enter(actor="ana", action="device.changed", target="Truck")
    assert first_break() is None
    assert AuditEntry.objects.latest("sequence").sequence == 7


@pytest.mark.django_db(transaction=True)
def test_nothing_is_entered_outside_of_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        enter(actor="ana", action="device.changed", target="Truck")
