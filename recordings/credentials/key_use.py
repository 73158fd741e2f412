"""Which recordings still use a storage's key, so that an old one is not revoked under them.

A recording uses the key it was started with while it is live, while it is closed here and still recording, and
after its end until all its files are there: for seven days at most since it was last reported. After that it is one
that never completed, which is said, but does not hold the key. What certainly did not run uses none.

Vendors revoke by AccessKey, so keys with one AccessKey (its SecretKey was mistyped, or it was given again later) are
free together or not at all.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from recordings import vault
from recordings.models import Decision, Recording, StorageCredential, StorageKey
from recordings.models.attention import Attention

UPLOADS_FOR = timedelta(days=7)
MAX_NAMED = 10
State, UploadState = Recording.State, Recording.UploadState

ENDED = Q(state__in=[State.ENDED, State.CLOSED]) | Q(state=State.FAILED, upload_state=UploadState.PARTIAL)
"""Over, as far as is known here, and files may be missing; the recorder that failed writes none unless it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """One key and what was started with it."""

    key: StorageKey
    using: Sequence[Recording]
    using_count: int
    never_completed: Sequence[Recording]
    never_completed_count: int
    free_since: datetime | None
    """Since when a replaced key can be revoked at the vendor; None while its AccessKey is, or may be, needed."""
    same_as_current: bool
    """Whether a replaced key has the AccessKey of the current one."""


def _with_latest() -> QuerySet[Recording]:
    """All recordings, with `latest_at`: when each ended, was closed here, was sent or was requested."""
    closed = Decision.objects.filter(recording=OuterRef("pk")).order_by("-decided_at").values("decided_at")[:1]
    latest_at = Coalesce("ended_at", Subquery(closed), "sent_at", "created_at", output_field=DateTimeField())
    return Recording.objects.annotate(latest_at=latest_at)


def using(keys: Collection[StorageKey], *, now: datetime) -> QuerySet[Recording]:
    """The recordings that upload, or may yet upload, with one of the keys."""
    recent = Q(latest_at__gte=now - UPLOADS_FOR) | Q(last_file_at__gte=now - UPLOADS_FOR)
    unfinished = ENDED & ~Q(upload_state=UploadState.COMPLETE) & recent
    runs_on = Q(runs_on_since__isnull=False) | Q(state=State.CLOSED, attention=Attention.RUNS_ON)
    return (
        _with_latest()
        .filter(Recording.IS_LIVE | runs_on | unfinished, storage_key__in=keys)
        .order_by("-created_at", "-pk")
    )


def never_completed(key: StorageKey, *, now: datetime) -> QuerySet[Recording]:
    """The recordings whose files did not all come, and are waited for no more."""
    old = ENDED & ~Q(upload_state=UploadState.COMPLETE)
    ended = _with_latest().filter(old, storage_key=key)
    return ended.exclude(pk__in=using([key], now=now).values("pk")).order_by("-created_at", "-pk")


def uses_of(storage: StorageCredential, *, now: datetime, most: int) -> list[KeyUse]:
    """The storage's keys, newest first, each with what uses it."""
    opened = {key: _access_key(key) for key in storage.keys.order_by("-created_at")}
    return [_use_of(key, opened, now=now) for key in list(opened)[:most]]


def _access_key(key: StorageKey) -> bytes | None:
    """The AccessKey itself; None when it cannot be decrypted."""
    try:
        return vault.open_sealed(key, "access_key").encode()
    except vault.CannotOpen:
        return None


def _use_of(key: StorageKey, opened: Mapping[StorageKey, bytes | None], *, now: datetime) -> KeyUse:
    """What a page shows of one key beside the storage's other keys. An unreadable key may be any of them."""
    mine = opened[key]
    others = {other: access_key for other, access_key in opened.items() if other != key}
    unknown = [other for other, access_key in others.items() if mine is None or access_key is None]
    alike = [other for other, theirs in others.items() if mine and theirs and hmac.compare_digest(mine, theirs)]
    held, given_up = using([key], now=now), never_completed(key, now=now)
    return KeyUse(
        key=key,
        using=list(held.select_related("device")[:MAX_NAMED]),
        using_count=held.count(),
        never_completed=list(given_up.select_related("device")[:MAX_NAMED]),
        never_completed_count=given_up.count(),
        free_since=_free_since([key, *alike, *unknown], now=now),
        same_as_current=any(other.replaced_at is None for other in alike),
    )


def _free_since(keys: Collection[StorageKey], *, now: datetime) -> datetime | None:
    """When the last recording with one of the keys had all its files, or was waited for no more.

    Not before they were replaced; None while one of them is current or in use.
    """
    replaced = [key.replaced_at for key in keys if key.replaced_at]
    if len(replaced) < len(keys) or using(keys, now=now).exists():
        return None
    over = _with_latest().filter(ENDED, storage_key__in=keys)
    complete = Q(upload_state=UploadState.COMPLETE)
    moments = [*replaced, *_latest(over.filter(complete))]
    moments += [moment + UPLOADS_FOR for moment in _latest(over.exclude(complete))]
    return max(moments)


def _latest(recordings: QuerySet[Recording]) -> list[datetime]:
    found = recordings.aggregate(latest=Max("latest_at"), last_file=Max("last_file_at"))
    return [moment for moment in found.values() if moment]
