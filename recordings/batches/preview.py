"""What a batch would do, before anything happens: each target with what becomes of it, and the accounts' limits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

from django.core import signing
from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.batches.targets import SECONDS, Targets
from recordings.lifecycle.check_storage_key import fails, last_test_of
from recordings.lifecycle.streams import running_on
from recordings.models import CloudAccount, Device, Recording, RecordingProfile, User
from recordings.permissions import projects_where
from recordings.quota import MARGIN

SALT = "recordings.batches.preview"
LISTED = 200
"""Targets in the list of devices."""
AT_ONCE = 500
"""Devices in one statement."""


class Fate(models.TextChoices):
    """What becomes of one target."""

    START = "start", _("Starts")
    OFFLINE = "offline", _("Starts, but the device is offline")
    LIVE = "live", _("Already recording")
    STORAGE = "storage", _("This storage may not be used in the project")
    NOT_OFFERED = "not_offered", _("Cannot be started: seat, retired account or gone at Tencent Cloud")
    STOP = "stop", _("Stops")
    DEFERRED = "deferred", _("Stops as soon as its TaskId is known")
    CANCEL = "cancel", _("Queued start, is cancelled")
    STOPPING = "stopping", _("A stop was already requested")
    NOTHING = "nothing", _("Not recording")


ACTS = frozenset({Fate.START, Fate.OFFLINE, Fate.STOP, Fate.DEFERRED, Fate.CANCEL})
"""Targets that become items of the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One target, and what becomes of it."""

    device: Device
    video_stream_id: int
    fate: Fate
    recording: Recording | None = None

    @property
    def key(self) -> list[Any]:
        return [self.device.pk, self.video_stream_id, self.recording.pk if self.recording else 0, self.fate.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What the starts of a batch mean for one cloud account."""

    account: CloudAccount
    live: int
    starting: int

    @property
    def total(self) -> int:
        return self.live + self.starting

    @property
    def over(self) -> int:
        """How many more than the account may record at once."""
        return max(0, self.total - self.account.live_limit)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a batch would do now."""

    lines: Sequence[Line]
    capacities: Sequence[Capacity] = ()

    @cached_property
    def acting(self) -> Sequence[Line]:
        """The targets with which something happens, in the order in which they are sent."""
        return [line for line in self.lines if line.fate in ACTS]

    @cached_property
    def groups(self) -> Sequence[tuple[Fate, Sequence[Line]]]:
        """The targets by what becomes of them, those with which something happens first."""
        found: dict[Fate, list[Line]] = {fate: [] for fate in Fate}
        for line in self.lines:
            found[line.fate].append(line)
        return [(fate, lines) for fate, lines in found.items() if lines]

    @property
    def over(self) -> int:
        return sum(capacity.over for capacity in self.capacities)

    @cached_property
    def fitting(self) -> Sequence[Line]:
        """As many of the starts as their accounts may record at once, the first ones."""
        room = {each.account.pk: max(0, each.account.live_limit - each.live) for each in self.capacities}
        found = []
        for line in self.acting:
            account = line.device.project.account_id
            if room[account] > 0:
                room[account] -= 1
                found.append(line)
        return found

    def seconds(self, lines: Sequence[Line]) -> int:
        """How long sending takes at the quota; accounts are called at the same time."""
        calls = Counter(line.device.project.account for line in lines)
        return max((ceil(number / (each.calls_per_second * MARGIN)) for each, number in calls.items()), default=0)

    @property
    def unlisted(self) -> int:
        """How many targets the list of devices leaves out."""
        return max(0, len(self.lines) - LISTED)

    def freeze(self, *, user: User) -> str:
        """A signed text that says what this user was shown."""
        rows = [line.key for line in self.lines]
        return signing.dumps(rows, salt=f"{SALT}:{user.pk}", compress=True)

    def differences(self, seen: str, *, user: User) -> Sequence[tuple[Line, str]] | None:
        """What is different from what the user was shown: each target as it is now, and what was to become of it.

        None when what was shown cannot be read any more.
        """
        try:
            rows = signing.loads(seen, salt=f"{SALT}:{user.pk}", max_age=SECONDS)
        except (signing.BadSignature, ValueError):
            return None
        before = {(device, stream, recording): fate for device, stream, recording, fate in rows}
        return [
            (line, str(Fate(was).label) if was else "")
            for line in self.lines
            if (was := before.get((line.device.pk, line.video_stream_id, line.key[2]))) != line.fate
        ]


def preview_starts(targets: Targets, *, user: User, profile: RecordingProfile | None) -> Preview:
    """What starting these targets with the settings of `profile` would do. Without one no storage is checked."""
    devices = _devices(targets.devices, user, "recording.start")
    busy = _live_streams(devices)
    allowed = set(profile.storage.projects.values_list("pk", flat=True)) if profile else None
    lines = [
        Line(device=device, video_stream_id=stream, fate=_fate_of_start(device, (device.pk, stream) in busy, allowed))
        for device in devices
        for stream in targets.streams
    ]
    starting = Counter(line.device.project.account for line in lines if line.fate in ACTS)
    capacities = [
        Capacity(account=account, live=_live_in(account), starting=number) for account, number in starting.items()
    ]
    return Preview(lines=lines, capacities=capacities)


def preview_stops(targets: Targets, *, user: User) -> Preview:
    """What stopping the recordings of these devices would do; of a batch, what that batch started."""
    devices = _devices(targets.devices, user, "recording.stop")
    running: dict[int, list[Recording]] = {}
    for part in _parts([device.pk for device in devices]):
        for recording in running_on(part):
            if recording.may_be_stopped and (targets.stops_of is None or recording.batch_id == targets.stops_of):
                running.setdefault(recording.device_id, []).append(recording)
    lines = []
    for device in devices:
        for recording in running.get(device.pk, ()):
            stream, fate = recording.video_stream_id, _fate_of_stop(recording)
            lines.append(Line(device=device, video_stream_id=stream, fate=fate, recording=recording))
        if device.pk not in running and targets.stops_of is None:
            lines.append(Line(device=device, video_stream_id=0, fate=Fate.NOTHING))
    return Preview(lines=lines)


def storage_warning(profile: RecordingProfile) -> str:
    """What speaks against the storage of a profile: `missing`, `untested` or `failing` key; empty when nothing does."""
    test = None if profile.storage.retired_at else last_test_of(profile.storage)
    if test is None:
        return "missing"
    if test.key.tested_at is None:
        return "untested"
    return "failing" if fails(test.key) else ""


def _fate_of_start(device: Device, is_live: bool, allowed: set[int] | None) -> Fate:
    is_offered = device.type == Device.Type.FIELD and device.gone_since is None
    if not is_offered or device.project.account.retired_at:
        return Fate.NOT_OFFERED
    if is_live:
        return Fate.LIVE
    if allowed is not None and device.project_id not in allowed:
        return Fate.STORAGE
    return Fate.OFFLINE if device.status == Device.Status.OFFLINE else Fate.START


def _fate_of_stop(recording: Recording) -> Fate:
    if recording.state == Recording.State.QUEUED:
        return Fate.CANCEL
    if not recording.offers_stop:
        return Fate.STOPPING
    return Fate.STOP if recording.task_id else Fate.DEFERRED


def _devices(keys: Sequence[int], user: User, permission: str) -> Sequence[Device]:
    """Those of these devices in whose projects the user holds `permission`, in their order."""
    projects = projects_where(user, permission)
    found: dict[int, Device] = {}
    for part in _parts(keys):
        rows = Device.objects.filter(pk__in=part, project__in=projects).select_related("project__account").order_by()
        found |= {device.pk: device for device in rows}
    return [found[key] for key in keys if key in found]


def _live_streams(devices: Iterable[Device]) -> set[tuple[int, int]]:
    live = Recording.objects.filter(Recording.IS_LIVE).order_by()
    found: set[tuple[int, int]] = set()
    for part in _parts([device.pk for device in devices]):
        found |= set(live.filter(device__in=part).values_list("device_id", "video_stream_id"))
    return found


def _live_in(account: CloudAccount) -> int:
    return Recording.objects.filter(Recording.IS_LIVE, account=account).count()


def _parts(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
