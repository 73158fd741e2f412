"""Which recordings still use a storage's key, so that an old one is not revoked under them.

A recording uses the key it was started with while it is live, while it was closed here and goes on recording, and
after its end until all its files are there: for seven days at most since it was last heard of. After that it is one
that never completed, which is said, but does not hold the key. What certainly did not run uses none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from recordings.models import Decision, Recording, StorageCredential, StorageKey
from recordings.models.recording import Attention

UPLOADS_FOR = timedelta(days=7)
MOST_NAMED = 10
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
    """Since when a replaced key can be revoked at the vendor; None while it is current or in use."""


def _heard_of() -> QuerySet[Recording]:
    """All recordings, with `heard`: when each ended, was closed here, was sent or was asked for."""
    closed = Decision.objects.filter(recording=OuterRef("pk")).order_by("-decided_at").values("decided_at")[:1]
    heard = Coalesce("ended_at", Subquery(closed), "sent_at", "created_at", output_field=DateTimeField())
    return Recording.objects.annotate(heard=heard)


def using(key: StorageKey, *, now: datetime) -> QuerySet[Recording]:
    """The recordings that upload, or may yet upload, with a key."""
    recent = Q(heard__gte=now - UPLOADS_FOR) | Q(last_file_at__gte=now - UPLOADS_FOR)
    unfinished = ENDED & ~Q(upload_state=UploadState.COMPLETE) & recent
    runs_on = Q(state=State.CLOSED, attention=Attention.RUNS_ON)
    live = Q(state__in=Recording.LIVE)
    return _heard_of().filter(live | runs_on | unfinished, storage_key=key).order_by("-created_at", "-pk")


def never_completed(key: StorageKey, *, now: datetime) -> QuerySet[Recording]:
    """The recordings whose files did not all come, and are waited for no more."""
    old = ENDED & ~Q(upload_state=UploadState.COMPLETE)
    ended = _heard_of().filter(old, storage_key=key)
    return ended.exclude(pk__in=using(key, now=now).values("pk")).order_by("-created_at", "-pk")


def use_of(key: StorageKey, *, now: datetime) -> KeyUse:
    """What a page says of one key."""
    held, given_up = using(key, now=now), never_completed(key, now=now)
    count = held.count()
    return KeyUse(
        key=key,
        using=list(held.select_related("device")[:MOST_NAMED]),
        using_count=count,
        never_completed=list(given_up.select_related("device")[:MOST_NAMED]),
        never_completed_count=given_up.count(),
        free_since=None if count or key.replaced_at is None else _free_since(key, key.replaced_at),
    )


def _free_since(key: StorageKey, replaced_at: datetime) -> datetime:
    """When the last recording with the key had all its files, or was waited for no more; not before it was replaced."""
    over = _heard_of().filter(ENDED, storage_key=key)
    complete = Q(upload_state=UploadState.COMPLETE)
    moments = [replaced_at, *_latest(over.filter(complete))]
    moments += [moment + UPLOADS_FOR for moment in _latest(over.exclude(complete))]
    return max(moments)


def _latest(recordings: QuerySet[Recording]) -> list[datetime]:
    found = recordings.aggregate(latest=Max("heard"), last_file=Max("last_file_at"))
    return [moment for moment in found.values() if moment]


def uses_of(storage: StorageCredential, *, now: datetime, most: int) -> list[KeyUse]:
    """The storage's keys, newest first, each with what uses it."""
    return [use_of(key, now=now) for key in storage.keys.order_by("-created_at")[:most]]
