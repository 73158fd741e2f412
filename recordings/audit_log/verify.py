"""Verifies the whole trail with its chain and its anchors, and names the first fault and its place.

Without AUDIT_KEY no one can forge an entry that follows. Entries written during the check are no fault. Anchors
that cannot be read, or are fewer than the trail knows of, are a finding too: without them a cut tail is not missed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recordings.audit_log.anchor_file import Anchor
from recordings.audit_log.chain import follows
from recordings.audit_log.diagnosis import Break, name_of
from recordings.audit_log.findings import Finding
from recordings.audit_log.known_anchors import inspect_anchor_file
from recordings.audit_log.reading import Head, Unreadable, batches, read_head
from recordings.models import AuditEntry

MAX_KEPT = 20
"""The most breaks that are examined to name the first one."""

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationResult:
    """The result of a check. Without a finding the chain is intact."""

    checked: int
    """Entries read."""
    anchors: int
    """Anchors that were compared with them."""
    anchors_known: int = 0
    """Anchors that this file must hold from now on."""
    finding: Finding | None = None
    sequence: int | None = None
    """The first wrong entry."""
    breaks: int = 0
    """The number of entries that do not follow from the entry before them."""


@dataclass(slots=True)
class _Walk:
    """The state of reading the chain."""

    anchors: Mapping[int, set[str]]
    checked: int = 0
    last: int = 0
    previous: str = ""
    breaks: list[Break] = field(default_factory=list)
    count: int = 0
    unmatched: list[int] = field(default_factory=list)

    def step(self, entry: AuditEntry | Unreadable) -> None:
        """Read one more entry: does it follow from the one before it, and does it match its anchor?"""
        expected = self.last + 1
        if isinstance(entry, Unreadable) or entry.sequence != expected or not follows(entry, self.previous):
            self.count += 1
            if len(self.breaks) < MAX_KEPT:
                self.breaks.append(Break(expected=expected, previous=self.previous, entry=entry))
        number = self.last if entry.sequence is None else entry.sequence
        if any(mac != entry.mac for mac in self.anchors.get(number, ())):
            self.unmatched.append(number)
        self.checked += 1
        self.last, self.previous = number, entry.mac


def verify(*, also: tuple[Anchor, ...] = (), progress: Progress = lambda checked: None) -> VerificationResult:
    """Check every entry, the head, the anchors on file and those that were kept elsewhere.

    `progress` gets the number of entries read after each batch; what it raises ends the check.
    """
    before = read_head()
    file, trouble, known = inspect_anchor_file()
    anchors = [*file.anchors, *also]
    held: dict[int, set[str]] = {}
    for anchor in anchors:
        held.setdefault(anchor.sequence, set()).add(anchor.mac)
    walk = _Walk(anchors=held)
    for batch in batches():
        for entry in batch:
            walk.step(entry)
        progress(walk.checked)
    finding, sequence = _judge(walk, before, read_head(), max(held, default=0))
    return VerificationResult(
        checked=walk.checked, anchors=len(anchors), anchors_known=known, finding=finding or trouble, sequence=sequence,
        breaks=walk.count,
    )  # fmt: skip


def _judge(walk: _Walk, before: Head, after: Head, anchored: int) -> tuple[Finding | None, int | None]:
    """The first fault. If an anchor that does not match comes first, it says more than the break at its entry."""
    broken = walk.breaks[0].expected if walk.breaks else None
    if walk.unmatched and (broken is None or walk.unmatched[0] < broken):
        return Finding.ANCHOR, walk.unmatched[0]
    if broken is not None:
        return name_of(walk.breaks, before), walk.breaks[0].place
    if walk.last < max(before.sequence, anchored):
        return Finding.CUT, walk.last + 1
    if after.last_sequence < after.sequence:
        return Finding.CUT, after.last_sequence + 1
    if (after.last_sequence, after.last_mac) != (after.sequence, after.mac):
        return Finding.HEAD, min(after.sequence + 1, after.last_sequence)
    return None, None
