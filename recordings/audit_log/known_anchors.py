"""How many anchors the file must hold: the trail's own entries about earlier checks say how many they saw.

So a file that is gone, emptied or shortened is missed, also by a server that never saw it.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from recordings.audit_log.anchor_file import AnchorsOnFile, read_anchors
from recordings.audit_log.findings import Finding
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.models import AuditEntry

CHECKED, BEGUN = "audit.checked", "audit.anchors_begun"
PLACE, KNOWN = "place", "anchors_known"
NOTHING = AnchorsOnFile(anchors=[], strangers=0, is_complete=True)


class NotEmpty(Exception):
    """The file is not empty, so no new one can begin in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Anchors that an earlier check saw: in this file, and in the file of the last check."""

    here: int
    anywhere: int


def known_from_trail() -> Known:
    """What the trail records. An unreadable entry is ignored: the chain's own check finds it."""
    entries = AuditEntry.objects.filter(action__in=[CHECKED, BEGUN]).order_by("-sequence")
    return Known(
        here=_anchor_count_in(entries.filter(**{f"after__{PLACE}": place()})), anywhere=_anchor_count_in(entries)
    )


def place() -> str:
    """The name of this file: machines that do not share a file each have their own."""
    return f"{socket.gethostname()[:80]}:{settings.AUDIT_ANCHOR}"


def inspect_anchor_file() -> tuple[AnchorsOnFile, Finding | None, int]:
    """The file's anchors, its fault, and the number of anchors known from now on."""
    known = known_from_trail()
    try:
        file, finding = read_anchors(), None
    except FileNotFoundError:
        file, finding = NOTHING, Finding.GONE if known.here or known.anywhere else None
    except OSError:
        file, finding = NOTHING, Finding.UNREADABLE
    count = len(file.anchors)
    if finding is None and file.strangers:
        finding = Finding.GARBLED
    if finding is None and not count and (known.here or known.anywhere):
        finding = Finding.EMPTIED
    if finding is None and (count < known.here or not file.is_complete):
        finding = Finding.MISSING
    return file, finding, max(count, known.here or (0 if count else known.anywhere))


def begin_file(*, reason: str) -> None:
    """Record that a new file begins here, since the old one was moved away. Raises NotEmpty, and OSError."""
    try:
        if read_anchors() != NOTHING:
            raise NotEmpty
    except FileNotFoundError:
        pass
    with transaction.atomic():
        after = {PLACE: place(), KNOWN: 0}
        record_audit(actor=SYSTEM, action=BEGUN, target=place(), target_type="AuditCheck", reason=reason, after=after)


def _anchor_count_in(entries: QuerySet[AuditEntry]) -> int:
    """How many anchors the newest of these entries knew."""
    try:
        after: Any = entries.values_list("after", flat=True).first()
    except ValueError:  # no JSON
        return 0
    known = after.get(KNOWN, after.get("anchors", 0)) if isinstance(after, Mapping) else 0
    return known if isinstance(known, int) else 0
