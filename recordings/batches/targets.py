"""What a new batch is about: devices of a list, pasted ids, or an earlier batch. Frozen and signed between pages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing

from recordings.lifecycle.batches.queries import visible_batches
from recordings.models import Batch, Device, Project, User
from recordings.pasted import clean_pasted_id
from recordings.permissions import projects_where

SALT = "recordings.batches.targets"
SECONDS = 60 * 60
MAX_PASTED = 5_000
SEPARATORS = re.compile(r"[\s,;，；、|]+")


class BadTargets(Exception):
    """The frozen targets are missing, were changed on their way, are another user's, or older than an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The devices by key, in the order in which they are sent, and their streams; or the recordings of a batch.

    `stops_of`: the batch whose recordings are to be stopped, and no others of these devices.
    """

    devices: tuple[int, ...] = ()
    streams: tuple[int, ...] = (0,)
    stops_of: int | None = None
    repeats: int | None = None

    def with_devices(self, keys: Iterable[int]) -> "Targets":
        """The same and these devices, each once."""
        return replace(self, devices=tuple(dict.fromkeys([*self.devices, *keys])))

    def without_device(self, key: int) -> "Targets":
        """The same and not this device."""
        return replace(self, devices=tuple(each for each in self.devices if each != key))


def freeze(targets: Targets, *, user: User) -> str:
    """A signed text that holds the targets for this user. No other user can use it."""
    rows = [targets.devices, targets.streams, targets.stops_of, targets.repeats]
    return signing.dumps(rows, salt=f"{SALT}:{user.pk}", compress=True)


def unfreeze(signed: str, *, user: User) -> Targets:
    """What `freeze` froze for this user. Raises BadTargets."""
    try:
        devices, streams, stops_of, repeats = signing.loads(signed, salt=f"{SALT}:{user.pk}", max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        raise BadTargets from None
    return Targets(devices=tuple(devices), streams=tuple(streams), stops_of=stops_of, repeats=repeats)


def targets_of_batch(batch: Batch, *, action: str) -> Targets:
    """To repeat a batch: its devices and their streams. To stop it: what it started and still runs."""
    if action == Batch.Action.STOP:
        devices = batch.items.order_by("position").values_list("device_id", flat=True)
        return Targets(devices=tuple(dict.fromkeys(devices)), stops_of=batch.pk)
    rows = list(batch.items.order_by("position").values_list("device_id", "video_stream_id"))
    streams = tuple(sorted({stream for _device, stream in rows})) or (0,)
    return Targets(devices=tuple(dict.fromkeys(device for device, _stream in rows)), streams=streams, repeats=batch.pk)


def named_batch(user: User, query: Mapping[str, Any]) -> Batch | None:
    """The batch that the address names, if this user may see it."""
    key = query.get("batch", "")
    return visible_batches(user).filter(pk=key).first() if str(key).isdecimal() and len(str(key)) < 19 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """The devices that pasted ids name, and the ids that name none, or several."""

    keys: Sequence[int] = ()
    unknown: Sequence[str] = ()
    ambiguous: Sequence[str] = ()
    """Ids that several projects have, when no project was chosen."""
    is_cut: bool = False


def read_pasted(text: str, *, user: User, permission: str, project: Project | None) -> Pasted:
    """Find the devices of a pasted text, with anything between the ids, as a spreadsheet or a chat gives them."""
    words = [clean_pasted_id(word).lower() for word in SEPARATORS.split(text)]
    ids = list(dict.fromkeys(word for word in words if word))
    asked = ids[:MAX_PASTED]
    projects = projects_where(user, permission)
    if project:
        projects = projects.filter(pk=project.pk)
    found: dict[str, list[int]] = {}
    for start in range(0, len(asked), 500):
        rows = Device.objects.filter(device_id__in=asked[start : start + 500], project__in=projects)
        for device_id, key in rows.order_by().values_list("device_id", "pk"):
            found.setdefault(device_id, []).append(key)
    return Pasted(
        keys=[found[each][0] for each in asked if len(found.get(each, ())) == 1],
        unknown=[each for each in asked if each not in found],
        ambiguous=[each for each in asked if len(found.get(each, ())) > 1],
        is_cut=len(ids) > MAX_PASTED,
    )
