"""The devices as a wall of tiles: each with the most urgent of what is known of it, as a shape, a word and a colour."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.lifecycle.live_status import StatusBadge
from recordings.lifecycle.streams import Stream
from recordings.models import Device

PAGE_LENGTH = 200
"""Tiles on a page, unless a wall display says how many fit on its screen."""
LARGEST_PAGE = 600


class Show(models.TextChoices):
    """Which devices are shown."""

    ALL = "", pgettext_lazy("devices", "All")
    RECORDING = "recording", _("Recording")
    PROBLEM = "problem", _("With a problem")
    IDLE = "idle", _("Online, not recording")
    OFFLINE = "offline", _("Offline")


TONES = ("bad", "warn", "busy", "good")
"""The most urgent first."""
BY_STATUS: Mapping[str, StatusBadge] = MappingProxyType(
    {
        Device.Status.CONNECTED: StatusBadge(key="connected", label=_("Connected"), tone="idle", icon="wifi"),
        Device.Status.READY: StatusBadge(key="ready", label=_("Ready"), tone="idle", icon="circle-check"),
        Device.Status.OFFLINE: StatusBadge(key="offline", label=_("Offline"), tone="offline", icon="wifi-off"),
    }
)
"""How a device is shown that is not being recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One device."""

    pk: int
    device_id: str
    name: str
    badge: StatusBadge
    since: datetime | None
    """Since when the shown stream is in use; None for a device that is not being recorded."""
    streams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A filter of the wall, with the number of devices it shows."""

    value: str
    label: Promise | str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One page of tiles, and what there is beside it."""

    tiles: Sequence[Tile]
    choices: Sequence[Choice]
    page: int
    pages: int
    first: int
    """The number of the first tile of this page among all that are shown, from 1."""
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.tiles) - 1


def wall_of(
    projects: Collection[int], streams: Mapping[int, Sequence[Stream]], *, show: str, page: int, length: int
) -> Wall:
    """The field devices of these projects. `page` counts from 1 and wraps around, so that a wall can go through all.

    Reads the table of devices once; it does not grow with the history.
    """
    devices = list(
        Device.objects.filter(project__in=projects, type=Device.Type.FIELD, gone_since=None)
        .order_by("project__name", "device_id")
        .values_list("pk", "device_id", "name", "status")
    )
    badges = {pk: _badge(streams.get(pk, ()), status) for pk, _device_id, _name, status in devices}
    found = {show: [row for row in devices if _is_shown(show, badges[row[0]], row[0] in streams)] for show in Show}
    shown = found[Show(show)]
    pages = max(1, -(-len(shown) // length))
    number = (page - 1) % pages
    start = number * length
    tiles = [
        Tile(
            pk=pk,
            device_id=device_id,
            name=name,
            badge=badges[pk],
            since=_since(streams.get(pk, ())),
            streams=len(streams.get(pk, ())),
        )
        for pk, device_id, name, _status in shown[start : start + length]
    ]
    choices = [
        Choice(value=each.value, label=each.label, count=len(found[each]), is_chosen=each == show) for each in Show
    ]
    return Wall(
        tiles=tiles, choices=choices, page=number + 1, pages=pages, first=start + 1 if tiles else 0, total=len(shown)
    )


def _badge(streams: Sequence[Stream], status: str) -> StatusBadge:
    return min((each.look for each in streams), key=_urgency, default=BY_STATUS[status])


def _urgency(badge: StatusBadge) -> int:
    return TONES.index(badge.tone)


def _since(streams: Sequence[Stream]) -> datetime | None:
    if not streams:
        return None
    shown = min(streams, key=lambda each: _urgency(each.look))
    return min(each.started_at or each.created_at for each in shown.recordings)


def _is_shown(show: Show, badge: StatusBadge, is_in_use: bool) -> bool:
    match show:
        case Show.RECORDING:
            return is_in_use
        case Show.PROBLEM:
            return badge.tone in {"bad", "warn"}
        case Show.IDLE:
            return badge.tone == "idle"
        case Show.OFFLINE:
            return badge.tone == "offline"
    return True
