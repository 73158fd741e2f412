"""What the start form offers, and which TaskIds may be those of an unknown start."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Exists, Min, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from recordings.models import (
    ApiCall,
    Attention,
    CallbackEvent,
    CloudAccount,
    Device,
    Project,
    Recording,
    StorageCredential,
    StorageKey,
    User,
)
from recordings.pasted import FULL_WIDTH
from recordings.permissions import in_projects
from recordings.trro.callback import STATUSES
from recordings.trro.event_type import EventType
from recordings.trro.requests import DeleteCloudRecording


def visible_recordings(user: User, permission: str = "recording.see") -> QuerySet[Recording]:
    """Every recording of the projects in which this user holds `permission`, newest first."""
    return (
        in_projects(Recording.objects.all(), user, permission)
        .select_related("project__account", "device", "requested_by", "claimed_by")
        .order_by("-created_at", "-id")
    )


def devices_to_start(projects: QuerySet[Project] | Iterable[Project]) -> QuerySet[Device]:
    """Field devices of the given projects, without those that are gone at Tencent Cloud."""
    found = Device.objects.filter(project__in=projects, type=Device.Type.FIELD, gone_since=None)
    return found.select_related("project__account")


def search_devices(devices: QuerySet[Device], words: str) -> QuerySet[Device]:
    """Devices whose id or name contains every word."""
    for word in words.split()[:5]:
        devices = devices.filter(Q(device_id__icontains=word.translate(FULL_WIDTH)) | Q(name__icontains=word))
    return devices


def storages_to_start(project: Project | None) -> QuerySet[StorageCredential]:
    """Storages in use that a project may use, with a current key, as `current_keys`; none without a project."""
    if project is None:
        return StorageCredential.objects.none()
    current = StorageKey.objects.filter(replaced_at=None)
    in_use = StorageCredential.objects.filter(projects=project, retired_at=None)
    with_key = in_use.filter(Exists(current.filter(storage=OuterRef("pk"))))
    return with_key.prefetch_related(Prefetch("keys", current, to_attr="current_keys"))


def current_key(device: Device, storage: StorageCredential) -> QuerySet[StorageKey]:
    """The storage's current key, if both are still offered: a field device, and a storage that its project may use.

    Empty when the storage or the project's account is retired, or the storage has no key.
    """
    if device.type != Device.Type.FIELD:
        return StorageKey.objects.none()
    return offered_keys(storage=storage.pk, project=device.project_id, account=device.project.account_id)


def offered_keys(*, storage: int, project: int, account: UUID) -> QuerySet[StorageKey]:
    """The same by the keys of the storage, and of the project of a field device and its account."""
    retired = CloudAccount.objects.filter(pk=account, retired_at__isnull=False)
    keys = StorageKey.objects.filter(storage=storage, replaced_at=None, storage__retired_at=None)
    return keys.filter(~Exists(retired), storage__projects=project)


def may_be_started(device: Device, storage: StorageCredential) -> bool:
    """Whether both are still offered, and the storage has a key."""
    return current_key(device, storage).exists()


def live_on_stream(device: Device, video_stream_id: int) -> QuerySet[Recording]:
    """The live recordings of one stream of a device."""
    return Recording.objects.filter(Recording.IS_LIVE, device=device.pk, video_stream_id=video_stream_id)


LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
"""Before everything: by a range of moments SQLite finds the index of those that are set."""


def running_parts(
    recordings: QuerySet[Recording],
) -> tuple[QuerySet[Recording], QuerySet[Recording], QuerySet[Recording]]:
    """Those that run or may run, each part by its own index: live ones, those marked since they run on after their
    end, and those of which work was reported after it."""
    marked = recordings.filter(attention=Attention.RUNS_ON).exclude(attention="")
    works_on = recordings.filter(runs_on_since__gt=LONG_AGO)
    return recordings.filter(Recording.IS_LIVE), marked, works_on


def with_ends(recordings: QuerySet[Recording]) -> QuerySet[Recording]:
    """The same, each with whether its recorder left and a stop was accepted, which `offers_stop` needs for closed ones,
    and when all of its HLS was reported as uploaded (`hls_uploaded_at`)."""
    left = CallbackEvent.objects.filter(recording=OuterRef("pk"), event_type=EventType.RECORDER_LEFT)
    stops = ApiCall.objects.filter(recording=OuterRef("pk"), action=DeleteCloudRecording.action)
    stopped = stops.filter(outcome=ApiCall.Outcome.ACCEPTED)
    uploads = CallbackEvent.objects.filter(
        recording=OuterRef("pk"), event_type=EventType.HLS_UPLOADED, status__in=STATUSES[EventType.HLS_UPLOADED]
    )
    uploaded_at = Subquery(uploads.order_by("received_at").values("received_at")[:1])
    return recordings.annotate(known_left=_any_of(left), known_stopped=_any_of(stopped), known_uploaded_at=uploaded_at)


def _any_of(rows: QuerySet[Model]) -> Coalesce:
    """Whether there are any, asked for each row that is shown.

    An EXISTS here is what PostgreSQL reads a whole table for: it counts on every recording, not on one page of them.
    """
    return Coalesce(Subquery(rows.order_by().values(found=Value(True))[:1]), Value(False))


MAX_CANDIDATES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A TaskId that callbacks named and no recording has: since when, and in how many of them."""

    task_id: str
    since: datetime
    events: int


def candidates_for(recording: Recording) -> Sequence[Candidate]:
    """Unclaimed TaskIds of the recording's project that were first reported after its request."""
    known = Recording.objects.filter(account=recording.account_id, task_id=OuterRef("task_id"))
    strange = CallbackEvent.objects.filter(~Exists(known), project=recording.project_id, recording=None)
    found = (
        strange.exclude(task_id="")
        .values("task_id")
        .annotate(since=Min("received_at"), events=Count("pk"))
        .filter(since__gte=recording.created_at)
        .order_by("since")[:MAX_CANDIDATES]
    )
    return [Candidate(**row) for row in found]
