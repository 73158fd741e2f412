"""Anchors: the chain's end, written regularly to a file outside the database.

An attacker who can remove the newest entries can set the head back as well; the last anchor still shows how long the
chain was. A copy kept elsewhere proves it even against an attacker who has the key.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings

from recordings.audit_log import anchor_file
from recordings.audit_log.anchor_file import Anchor
from recordings.audit_log.chain import follows
from recordings.audit_log.known_anchors import known_from_trail
from recordings.audit_log.reading import read_head
from recordings.caching.soft import with_cache
from recordings.models import AuditEntry

log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=5)
SLACK = timedelta(seconds=30)
"""A worker's clock that is a little early does not skip its turn."""
TROUBLE = "audit:anchor:trouble"
"""The cache's key of why the last anchor was not written: workers and pages share the cache."""


class NotAnchored(Exception):
    """No anchor was written: the end of the chain cannot be confirmed. Says why."""


def anchor_when_due(now: datetime) -> None:
    """Write one if the chain has grown and the last one is old enough. A failure is logged and shown, not raised."""
    _try(lambda: _anchor(now, after=EVERY - SLACK))


def anchor_now(now: datetime) -> None:
    """Write one at each check, even if the last one is new."""
    _try(lambda: _anchor(now, after=timedelta(0)))


def trouble() -> str:
    """Why the last anchor was not written; empty when it was, or when this is unknown."""
    return with_cache(lambda cache: str(cache.get(TROUBLE, "")))


def _try(write: Callable[[], None]) -> None:
    try:
        write()
    except (OSError, NotAnchored) as error:
        why = str(getattr(error, "strerror", None) or error)
        log.error("audit_not_anchored", file=str(settings.AUDIT_ANCHOR), why=why)
        with_cache(lambda cache: cache.set(TROUBLE, why, None))
    else:
        if trouble():
            with_cache(lambda cache: cache.delete(TROUBLE))


def _anchor(now: datetime, *, after: timedelta) -> None:
    missing = "The file of anchors is gone or empty; an earlier check saw {} in it. Run manage.py verify_audit."
    is_there = Path(settings.AUDIT_ANCHOR).exists()
    if not is_there and (known := known_from_trail().here):
        raise NotAnchored(missing.format(known))
    with anchor_file.opened() as file:
        last = anchor_file.last_of(file)
        if is_there and last is None and (known := known_from_trail().here):
            raise NotAnchored(missing.format(known))
        if last and now - last.moment < after:
            return
        anchor = _end_of_chain(last, now)
        if anchor:
            anchor_file.append(file, anchor)


def _end_of_chain(last: Anchor | None, now: datetime) -> Anchor | None:
    """The next anchor; None without new entries. Raises NotAnchored for an end that this system did not write."""
    head = read_head()
    anchored = last.sequence if last else 0
    if head.sequence < anchored:
        raise NotAnchored(f"The trail ends at {head.sequence}, and had come as far as {anchored}.")
    if head.sequence == anchored:
        return None
    ends = AuditEntry.objects.filter(sequence__in=[head.sequence - 1, head.sequence]).in_bulk(field_name="sequence")
    before, entry = ends.get(head.sequence - 1), ends.get(head.sequence)
    if entry is None or entry.mac != head.mac or not follows(entry, before.mac if before else ""):
        raise NotAnchored(f"Entry {head.sequence} does not follow from the one before it.")
    return Anchor(sequence=head.sequence, mac=head.mac, at=now.isoformat())
