"""The audit trail's one writer, and the chain it writes.

Each entry carries an HMAC under AUDIT_KEY over the one before it and its own content, so that without the key
nothing can be edited, removed, inserted or reordered unnoticed. The chain's end is one row, which each writer
locks: callers record last in the transaction of the change itself.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from ipaddress import ip_network
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.db import connection, transaction
from django.db.models import Model
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from recordings.addresses import origin
from recordings.audit_log.chain import mac_of
from recordings.audit_log.head import append, append_many, locked_head
from recordings.caching.soft import with_cache
from recordings.models import AuditEntry, User

SYSTEM = "system"
"""The actor of what the system does by itself."""

MAX_TARGETS = 10
"""How many pages that one person was refused, at one address in one minute, are entered each by itself."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def record_audit(
    *,
    actor: User | str,
    action: str,
    target: Model | str,
    target_type: str = "",
    target_id: str = "",
    project_id: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Chain one entry, in the caller's transaction; secrets never go into `before` and `after`.

    `action` is dotted (`recording.started`). Raises TransactionManagementError outside of a transaction.
    """
    entry = new_entry(
        actor=actor, action=action, target=target, target_type=target_type, target_id=target_id, project_id=project_id,
        reason=reason, before=before, after=after,
    )  # fmt: skip
    record_audits([entry])
    return entry


def new_entry(
    *,
    actor: User | str,
    action: str,
    target: Model | str,
    target_type: str = "",
    target_id: str = "",
    project_id: str = "",
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """An entry as `record_audit` stores it, for `record_audits`."""
    if isinstance(target, Model):
        target_type = target_type or target._meta.object_name or ""
        target_id = target_id or str(target.pk)
    return AuditEntry(
        actor=actor if isinstance(actor, str) else actor.get_username(),
        address=origin.get(),
        action=action,
        target_type=target_type,
        target_id=target_id[:64],
        target=_storable(str(target))[:300],
        project_id=project_id,
        reason=_storable(reason)[:500],
        before=_storable(dict(before or {})),
        after=_storable(dict(after or {})),
    )


def record_audits(entries: Sequence[AuditEntry]) -> None:
    """Chain new entries in this order, in the caller's transaction.

    Raises TransactionManagementError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry belongs in the transaction of what it tells of.")
    if not entries:
        return
    sequence, previous = locked_head()  # all others wait from here to the commit
    for entry in entries:
        sequence += 1
        entry.sequence, entry.at = sequence, timezone.now()
        entry.mac = previous = mac_of(entry, previous)
    if len(entries) == 1:
        append(entries[0])
    else:
        append_many(entries)


def record_audit_merged(*, actor: User | str, action: str, target: Model | str) -> None:
    """Record what any visitor can cause at will, merged by minute, so that it cannot flood the trail.

    Only what the same actor does from one address to the same user is merged: one user's harmless attempts never hide
    another's, or what is done to another user. The first of a minute is entered at once, and the tenth,
    hundredth, thousandth, …, with how often it was by then. Of `access.…` each of the first ten targets is entered.
    """
    minute = timezone.now().strftime("%Y%m%d%H%M")
    who = actor.pk if isinstance(actor, User) else actor
    whose = target.pk if isinstance(target, User) else ""
    key = f"audit:{action}:{who}:{whose}:{_network(origin.get())}:{minute}"
    times = with_cache(lambda cache: _count(cache, key))
    is_round = times == 10 ** (len(str(times)) - 1)
    is_another = action.startswith("access.") and with_cache(lambda cache: _is_another_target(cache, key, str(target)))
    if is_round or is_another:
        with transaction.atomic():
            record_audit(
                actor=actor, action=action, target=target, after={"times": times} if times > 1 and is_round else None
            )


def _is_another_target(cache: BaseCache, key: str, target: str) -> bool:
    """Whether this is one of the first targets under this key, and there for the first time."""
    if cache.get(f"{key}:targets", 0) >= MAX_TARGETS:
        return False
    digest = sha256(target.encode(errors="backslashreplace")).hexdigest()
    return bool(cache.add(f"{key}:{digest}", 1, timeout=120)) and _count(cache, f"{key}:targets") <= MAX_TARGETS


def _count(cache: BaseCache, key: str) -> int:
    """How often it was, this time included."""
    try:
        return 1 if cache.add(key, 1, timeout=120) else int(cache.incr(key))
    except ValueError:  # it went out of the cache between the two
        return 1


def _network(address: str) -> str:
    """An IPv6 address's network of 64 bits: one host usually has all of its addresses."""
    try:
        network = ip_network(f"{address}/64" if ":" in address else address, strict=False)
    except ValueError:
        return address
    return str(network.network_address)


def _storable(value: Any) -> Any:
    """What PostgreSQL stores too: it knows no NUL and no half of a character."""
    match value:
        case str():
            return UNSTORABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
        case dict():
            return {_storable(name): _storable(each) for name, each in value.items()}
        case list() | tuple():
            return [_storable(each) for each in value]
    return value
