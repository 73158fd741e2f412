"""Diagnoses a break in the chain from the remaining macs.

An entry's mac holds under its old number and after its old predecessor only. So what was moved, or was pushed along
by an insertion or a removal, still gives away where it stood. What gives away nothing counts as edited.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from recordings.audit_log.chain import follows
from recordings.audit_log.findings import Finding
from recordings.audit_log.reading import Head, Unreadable, read_all
from recordings.models import AuditEntry

WINDOW = 30
"""The most entries along which an insertion or removal is traced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where `entry`, read where `expected` should stand, does not follow from the mac `previous`."""

    expected: int
    previous: str
    entry: AuditEntry | Unreadable

    @property
    def place(self) -> int:
        """The wrong entry's number; before the chain's beginning, that of the entry found there."""
        sequence = self.entry.sequence
        return self.expected if sequence is None else min(self.expected, sequence)


def name_of(breaks: Sequence[Break], head: Head) -> Finding:
    """The cause of the first break; breaks are in order."""
    first = breaks[0]
    entry, expected = first.entry, first.expected
    if entry.sequence is None or entry.sequence > expected:
        return Finding.REMOVED
    if entry.sequence < expected or (expected == head.sequence + 1 and first.previous == head.mac):
        return Finding.INSERTED
    later = AuditEntry.objects.filter(sequence__gte=expected).order_by("sequence")
    around = [each for each in read_all(later[: WINDOW + 1]) if isinstance(each, AuditEntry)]
    if isinstance(entry, Unreadable) or (len(around) > 1 and follows(around[1], around[0].mac)):
        return Finding.EDITED
    is_copy = AuditEntry.objects.filter(mac=entry.mac).exclude(pk=entry.pk).exists()
    if not is_copy and _is_out_of_order(entry, breaks, around):
        return Finding.REORDERED
    if is_copy or _was_pushed_back(around, first.previous, expected):
        return Finding.INSERTED
    return Finding.REMOVED if _was_pulled_forward(around) else Finding.EDITED


def _was_pushed_back(around: Sequence[AuditEntry], previous: str, expected: int) -> bool:
    """Whether a later entry is the one that followed here before."""
    return any(follows(entry, previous, sequence=expected) for entry in around[1:])


def _was_pulled_forward(around: Sequence[AuditEntry]) -> bool:
    """Whether the next two entries follow each other under higher numbers."""
    if len(around) < 2:
        return False
    before, entry = around[0], around[1]
    return any(follows(entry, before.mac, sequence=entry.sequence + gap) for gap in range(1, WINDOW + 1))


def _is_out_of_order(entry: AuditEntry, breaks: Sequence[Break], around: Sequence[AuditEntry]) -> bool:
    """Whether the entry at the first break follows an entry elsewhere in the trail."""
    numbers = {each.expected for each in breaks} | {each.sequence for each in around}
    macs = {each.previous for each in breaks} | {each.entry.mac for each in breaks} | {each.mac for each in around}
    return any(
        follows(entry, mac, sequence=number) for number in numbers - {entry.sequence} for mac in macs - {entry.mac}
    )
