"""Reads the whole trail in order, in batches, also where invalid values were written to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import DatabaseError
from django.db.models import QuerySet, Subquery, TextField

from recordings.models import AuditEntry, AuditHead

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The chain's end as one statement saw it: the head, and the last entry. 0: there is none."""

    sequence: int
    mac: str
    last_sequence: int
    last_mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An entry with values that this system never writes. Without a number it comes after all others."""

    sequence: int | None
    mac: str


def read_head() -> Head:
    """Both ends in one statement: between two statements, an entry may be added."""
    last = AuditEntry.objects.order_by("-sequence")
    row = (
        AuditHead.objects.filter(pk=1)
        .annotate(
            last=Subquery(last.values("sequence")[:1], output_field=TextField()),
            last_mac=Subquery(last.values("mac")[:1]),
        )
        .values_list("sequence", "mac", "last", "last_mac")
        .first()
    )
    if row is None:
        row = (0, "", *(last.values_list("sequence", "mac").first() or (0, "")))
    sequence, mac, last_sequence, last_mac = row
    return Head(
        sequence=_number(sequence) or 0,
        mac=str(mac),
        last_sequence=_number(last_sequence or 0) or 0,
        last_mac=str(last_mac or ""),
    )


def batches() -> Iterator[list[AuditEntry | Unreadable]]:
    """Every entry in the order of its sequence, including entries added meanwhile."""
    rows = AuditEntry.objects.order_by("sequence")
    while batch := read_all(rows[:BATCH]):
        yield batch
        last = batch[-1]
        if isinstance(last, Unreadable) and last.sequence is None:
            return
        rows = rows.filter(sequence__gt=last.sequence)


def read_all(rows: QuerySet[AuditEntry]) -> list[AuditEntry | Unreadable]:
    """The rows, also those that Django cannot read."""
    try:
        return [_if_numbered(entry) for entry in rows]
    except DatabaseError:
        raise
    except Exception:  # whatever Django's converters raise
        return [_read(pk, sequence, mac) for pk, sequence, mac in list(rows.values_list("pk", "sequence", "mac"))]


def _read(pk: int, sequence: int, mac: str) -> AuditEntry | Unreadable:
    try:
        return _if_numbered(AuditEntry.objects.get(pk=pk))
    except DatabaseError:
        raise
    except Exception:
        return Unreadable(sequence=_number(sequence), mac=str(mac))


def _if_numbered(entry: AuditEntry) -> AuditEntry | Unreadable:
    number = _number(entry.sequence)
    return Unreadable(sequence=None, mac=entry.mac) if number is None else entry


def _number(value: object) -> int | None:
    """SQLite accepts text in a number's column."""
    return value if isinstance(value, int) else None
