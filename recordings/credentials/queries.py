"""Which cloud accounts and storages somebody may name or change, and which recordings still use them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from recordings.models import ApiCall, Attention, CloudAccount, Recording, StorageCredential, StorageKey, User
from recordings.people.permissions import projects_where, rows_where

State, UploadState = Recording.State, Recording.UploadState

NEVER_RAN = (State.REFUSED, State.CANCELLED, State.NOT_STARTED)
RAN = (State.ENDED, State.FAILED, State.CLOSED)
"""Over, and the recorder may have had something to upload."""
GIVEN_UP_AFTER = timedelta(days=7)
"""How long after its end a recording whose files are not all there still counts as uploading."""


def accounts_for(user: User, permission: str) -> QuerySet[CloudAccount]:
    """The accounts of the projects in which the user holds `permission`."""
    return rows_where(CloudAccount.objects.all(), user, permission, through="projects")


def storages_for(user: User, permission: str) -> QuerySet[StorageCredential]:
    """The storages that may be used by the projects in which the user holds `permission`."""
    return rows_where(StorageCredential.objects.all(), user, permission, through="projects")


def may_hold_files(storage: StorageCredential) -> bool:
    """Whether a recording went to the storage, or can have: all but those that certainly did not run."""
    return Recording.objects.filter(storage=storage.pk).exclude(state__in=NEVER_RAN).exists()


def old_before(now: datetime) -> datetime:
    """A key that was set before this moment is old."""
    return now - timedelta(days=settings.KEY_AGE_WARNING)


def uses_key(now: datetime, prefix: str = "") -> Q:
    """Recordings that may still upload with the key they were started with.

    These are the live ones; those closed here that go on recording; and those that ended, failed or were closed at
    most GIVEN_UP_AFTER ago and whose upload is not complete. What never ran uploads nothing.
    """
    return (
        Q(**{f"{prefix}state__in": Recording.LIVE})
        | Q(**{f"{prefix}attention": Attention.RUNS_ON})
        | (_unfinished(prefix) & Q(**{f"{prefix}ended_at__gt": now - GIVEN_UP_AFTER}))
    )


def never_completed(now: datetime, prefix: str = "") -> Q:
    """Recordings that ended longer ago, and whose files never all came: they do not hold their key any more."""
    return (
        _unfinished(prefix)
        & Q(**{f"{prefix}ended_at__lte": now - GIVEN_UP_AFTER})
        & ~Q(**{f"{prefix}attention": Attention.RUNS_ON})
    )


def _unfinished(prefix: str) -> Q:
    return Q(**{f"{prefix}state__in": RAN}) & ~Q(**{f"{prefix}upload_state": UploadState.COMPLETE})


def keys_with_use(storage: StorageCredential, now: datetime) -> QuerySet[StorageKey]:
    """A storage's keys, newest first, each with how many recordings hold it (`users`) and how many never completed.

    `let_go_at` is when the last recording that completed had uploaded, `given_up_at` when the last of the others
    ended.
    """
    completed = Q(recordings__state__in=RAN, recordings__upload_state=UploadState.COMPLETE)
    return storage.keys.order_by("-created_at").annotate(
        users=Count("recordings", filter=uses_key(now, "recordings__")),
        incomplete=Count("recordings", filter=never_completed(now, "recordings__")),
        let_go_at=Max(Coalesce("recordings__last_file_at", "recordings__ended_at"), filter=completed),
        given_up_at=Max("recordings__ended_at", filter=never_completed(now, "recordings__")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInUse:
    """One key of a storage, as pages show it."""

    key: StorageKey
    users: int
    incomplete: int
    free_since: datetime | None
    """Since when a replaced key can be revoked at the vendor; None for the current one and while it is in use."""


def shown_keys(storage: StorageCredential, now: datetime, most: int) -> list[KeyInUse]:
    """The newest keys of a storage, each with who uses it."""
    return [
        KeyInUse(
            key=key,
            users=key.users,
            incomplete=key.incomplete,
            free_since=_free_since(key) if key.replaced_at and not key.users else None,
        )
        for key in keys_with_use(storage, now)[:most]
    ]


def _free_since(key: StorageKey) -> datetime:
    """The latest of: replaced, the last upload with it, the last upload that is not waited for any more."""
    let_go, given_up = key.let_go_at, key.given_up_at  # type: ignore[attr-defined]
    moments = (key.replaced_at, let_go, given_up + GIVEN_UP_AFTER if given_up else None)
    return max(moment for moment in moments if moment)


def live_in(user: User, **where: CloudAccount | StorageCredential) -> QuerySet[Recording]:
    """The live recordings of an account or into a storage, as far as the user sees their projects; newest first."""
    seen = projects_where(user, "recording.see")
    rows = Recording.objects.filter(state__in=Recording.LIVE, project__in=seen, **where)
    return rows.select_related("device", "requested_by")


def open_calls_with_earlier_key(account: CloudAccount) -> int:
    """How many calls that were signed before the account's key was replaced are not answered yet."""
    calls = ApiCall.objects.filter(account=account, outcome=ApiCall.Outcome.OPEN)
    return calls.filter(created_at__lte=account.key_set_at + timedelta(seconds=settings.CALL_DEADLINE)).count()
