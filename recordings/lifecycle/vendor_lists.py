"""Reads the vendor's lists of projects and devices to their end.

The vendor may give smaller pages than requested, a list may change while it is read, and any value may be anything.
What was listed is there; what was not listed is absent only from a list that is known to be complete.
Source: TRRO API, DescribeProjectList and DescribeDeviceList.
"""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from recordings import calls
from recordings.models import CloudAccount, Device
from recordings.text import escape_hidden
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import DescribeDeviceList, DescribeProjectList, VendorRequest

PAGE_SIZE = 100
MAX_PAGES = 2000
MAX_PASSES = 4
PAUSES = (0.5, 2.0)
"""Seconds before a page that got no answer, or was refused for a moment, is requested again."""
NAME_LENGTH = 100
PROJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
DEVICE_ID = re.compile(r"[a-z0-9_]{1,32}")
RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDevice:
    """A device as the vendor lists it; empty what was not told in a usable form."""

    device_id: str
    name: str
    status: str
    type: str


@dataclass(slots=True, kw_only=True)
class Listing(Generic[RowT]):
    """What was read: rows by id."""

    rows: dict[str, RowT] = field(default_factory=dict)
    is_complete: bool = False
    """Whether what is not among `rows` is absent."""
    unusable: int = 0
    calls: int = 0
    code: str = ""
    """Why reading ended early."""


def list_projects(account: CloudAccount, *, known: Collection[str], heed: Callable[[], object]) -> Listing[str]:
    """The names of the account's projects by ProjectId. Raises CannotCall, and what `heed` raises after each call."""

    def page(size: int, number: int) -> VendorRequest:
        return DescribeProjectList(page_size=size, page_number=number)

    return _read(account, page, "Projects", _project, known, heed)


def list_devices(
    account: CloudAccount,
    project_id: str,
    *,
    known: Collection[str] = (),
    heed: Callable[[], object] = lambda: None,
    once: bool = False,
) -> Listing[ListedDevice]:
    """The devices of a project by DeviceId. `known`: those whose absence matters. Raises as `list_projects`.

    `once`: read the list a single time and repeat nothing; what was listed is all that is wanted.
    """

    def page(size: int, number: int) -> VendorRequest:
        return DescribeDeviceList(project_id=project_id, page_size=size, page_number=number)

    return _read(account, page, "Devices", _device, known, heed, once=once)


def _read(
    account: CloudAccount,
    page: Callable[[int, int], VendorRequest],
    name: str,
    row_of: Callable[[Mapping[str, Any]], tuple[str, RowT] | None],
    known: Collection[str],
    heed: Callable[[], object],
    *,
    once: bool = False,
) -> Listing[RowT]:
    """Read the list until a pass was complete; once more when something known is absent, to confirm that."""
    listing: Listing[RowT] = Listing()
    reader = _Reader(account, page, name, row_of, heed, listing, pauses=() if once else PAUSES)
    confirmed = 0
    for _number in range(1 if once else MAX_PASSES):
        if not reader.read_once():
            if listing.code:
                return listing
            confirmed = 0
            continue
        confirmed += 1
        if confirmed == 2 or all(each in listing.rows for each in known):
            listing.is_complete = True
            return listing
    return listing


class _Reader(Generic[RowT]):
    """Goes through a list, with pages as small as the vendor gives them."""

    def __init__(
        self,
        account: CloudAccount,
        page: Callable[[int, int], VendorRequest],
        name: str,
        row_of: Callable[[Mapping[str, Any]], tuple[str, RowT] | None],
        heed: Callable[[], object],
        listing: Listing[RowT],
        *,
        pauses: Sequence[float],
    ) -> None:
        self._account, self._page, self._name, self._row_of = account, page, name, row_of
        self._heed, self._listing = heed, listing
        self._size, self._pauses = PAGE_SIZE, pauses

    def read_once(self) -> bool:
        """Whether one pass saw as many different entries as the vendor counted, and that count never moved."""
        seen: set[str] = set()
        totals: set[int] = set()
        number = unusable = 0
        while number < MAX_PAGES:
            number += 1
            outcome = self._ask(self._page(self._size, number))
            if not isinstance(outcome, Accepted):
                self._listing.code = outcome.code
                return False
            entries, total = outcome.response[self._name], outcome.response["Total"]
            totals.add(total)
            if 0 < len(entries) < self._size and number * self._size < total:
                # Smaller pages than requested: where the next one begins is not known, so begin again with that size
                self._size = len(entries)
                seen, totals, number, unusable = set(), set(), 0, 0
                continue
            before = len(seen) + unusable
            for entry in entries:
                row = self._row_of(entry) if isinstance(entry, dict) else None
                if row is None:
                    unusable += 1
                else:
                    seen.add(row[0])
                    self._listing.rows[row[0]] = row[1]
            if len(seen) + unusable in (before, total):
                break
        self._listing.unusable = max(self._listing.unusable, unusable)
        return totals == {len(seen) + unusable}

    def _ask(self, request: VendorRequest) -> Outcome:
        for pause in (*self._pauses, None):
            outcome = calls.read(account=self._account, request=request)
            self._listing.calls += 1
            self._heed()
            passes = isinstance(outcome, Unknown) or (isinstance(outcome, Refused) and outcome.repeatable)
            if not passes or pause is None:
                return outcome
            time.sleep(pause)
        raise AssertionError("unreachable")


def _project(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    project_id = entry.get("ProjectId")
    if not isinstance(project_id, str) or not PROJECT_ID.fullmatch(project_id):
        return None
    return project_id, usable_name(entry.get("ProjectName"))


def _device(entry: Mapping[str, Any]) -> tuple[str, ListedDevice] | None:
    device_id = entry.get("DeviceId")
    if not isinstance(device_id, str) or not DEVICE_ID.fullmatch(device_id):
        return None
    status, kind = entry.get("DeviceStatus"), entry.get("DeviceType")
    return device_id, ListedDevice(
        device_id=device_id,
        name=usable_name(entry.get("DeviceName")),
        status=status if isinstance(status, str) and status in Device.Status.values else "",
        type=kind if isinstance(kind, str) and kind in Device.Type.values else "",
    )


def usable_name(value: object) -> str:
    """A name that a page shows as it is; empty for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() and escape_hidden(text) == text and len(text) <= NAME_LENGTH else ""
