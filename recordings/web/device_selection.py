"""Devices that a user selected in a list: ticked ones, or all that matched the filters, frozen before anything happens.

Every form about many devices posts either `device`, repeated, or `selection`, the key of a frozen selection.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.http import QueryDict

from recordings.clock import database_now
from recordings.models import Device, DeviceSelection, User
from recordings.permissions import projects_where
from recordings.row_ids import read_row_id
from recordings.web.device_filters import DeviceFilter

KEPT = timedelta(hours=1)
AT_ONCE = 1000
"""Keys in one statement."""


class BadSelection(Exception):
    """A selection is missing, older than an hour, or another user's."""


class SelectionChanged(Exception):
    """Other devices match the filters of a selection than when it was frozen."""

    def __init__(self, *, added: int, removed: int) -> None:
        super().__init__(f"{added} added, {removed} removed")
        self.added, self.removed = added, removed


def freeze_selection(query: QueryDict, *, user: User) -> DeviceSelection:
    """Freeze the devices that these filters match for this user. Raises BadSelection when a filter is invalid."""
    now = database_now()
    DeviceSelection.objects.filter(created_at__lt=now - KEPT).delete()
    keys = _matching(query, user)
    return DeviceSelection.objects.create(user=user, query=query.urlencode()[:2000], keys=keys, created_at=now)


def find_selection(key: str, *, user: User) -> DeviceSelection:
    """The selection with this key. Raises BadSelection."""
    try:
        pk = UUID(key)
    except ValueError:
        raise BadSelection from None
    found = DeviceSelection.objects.filter(pk=pk, user=user, created_at__gte=database_now() - KEPT).first()
    if found is None:
        raise BadSelection
    return found


def selected_devices(posted: QueryDict, *, user: User, permission: str) -> list[int]:
    """The keys of the selected devices in whose projects the user holds `permission`, by device id.

    Raises BadSelection, and SelectionChanged when the filters of a frozen one match other devices now.
    """
    if key := posted.get("selection"):
        selection = find_selection(key, user=user)
        keys: Sequence[int] = selection.keys
        now, then = set(_matching(QueryDict(selection.query), user)), set(keys)
        if now != then:
            raise SelectionChanged(added=len(now - then), removed=len(then - now))
    else:
        keys = [pk for pk in map(read_row_id, posted.getlist("device")) if pk is not None]
    return _permitted(keys, user, permission)


def _matching(query: QueryDict, user: User) -> list[int]:
    visible = Device.objects.filter(project__in=projects_where(user, "fleet.see"))
    chosen = DeviceFilter(query, visible, user=user)
    if not chosen.form.is_valid():
        raise BadSelection
    return list(chosen.qs.order_by("device_id", "pk").values_list("pk", flat=True))


def _permitted(keys: Sequence[int], user: User, permission: str) -> list[int]:
    projects = projects_where(user, permission)
    found: list[tuple[str, int]] = []
    for part in in_parts(keys):
        rows = Device.objects.filter(pk__in=part, project__in=projects)
        found += rows.order_by().values_list("device_id", "pk")
    return [pk for _device_id, pk in sorted(found)]


def in_parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """The keys in parts that one statement takes."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
