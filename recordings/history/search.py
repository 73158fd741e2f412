"""What the search box of the history finds, each kind through an index of its own.

An error code, a TaskId or RequestId (also of any attempt), a reference, or a device. Of ids and references also the
beginning, from HALF_AN_ID characters on: the middle of one would take a scan of every recording.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from recordings.capture.queries import search_devices
from recordings.models import ApiCall, Device, Recording
from recordings.pasted import clean_pasted_id
from recordings.trro.catalogue import CATALOGUE

HALF_AN_ID = 6
"""Characters; a shorter text is looked up as a whole id only."""
MOST_FOUND = 1000
FEW_DEVICES = 100
CODES: Mapping[str, str] = MappingProxyType({code.lower(): code for code in CATALOGUE})
"""Error codes as they are written, by how they are typed."""


def with_words(recordings: QuerySet[Recording], words: str) -> QuerySet[Recording]:
    """Those of the recordings that these words name. `words` are cleaned (pasted.py).

    Ids are looked up at once, each by its index: in one condition with the devices no database would use them.
    """
    typed = clean_pasted_id(words)
    if code := _error_code(typed):
        return recordings.filter(error_code=code)
    found = list(with_id(typed)[: MOST_FOUND + 1])
    ids = Q(pk__in=found) if len(found) <= MOST_FOUND else _beginning_with(typed)
    devices = _of_devices(words)
    return recordings.filter(ids | devices if found and devices else devices or ids)


def with_id(typed: str) -> QuerySet[Any, int]:
    """The keys of recordings with this TaskId, RequestId or reference, or the beginning of one, also of their calls."""
    how = "begins" if len(typed) >= HALF_AN_ID else "exact"
    calls = ApiCall.objects.filter(recording__isnull=False).order_by()
    own = Recording.objects.order_by()
    reference, *others = (
        # not empty: what the partial indexes promise
        rows.filter(**{f"{name}__{how}": text}).exclude(**{name: ""}).values_list(pk, flat=True)
        for rows, pk, name, text in (
            (own, "pk", "reference", typed.lower()),
            (own, "pk", "task_id", typed),
            (own, "pk", "request_id", typed),
            (calls, "recording_id", "task_id", typed),
            (calls, "recording_id", "request_id", typed),
        )
    )
    return reference.union(*others)


def _beginning_with(typed: str) -> Q:
    """The same of many recordings, found while going back in time."""
    calls = ApiCall.objects.filter(recording=OuterRef("pk")).order_by()
    of_calls = calls.filter(Q(task_id__begins=typed) | Q(request_id__begins=typed))
    own = Q(task_id__begins=typed) | Q(request_id__begins=typed) | Q(reference__begins=typed.lower())
    return own | Q(Exists(of_calls))


def _error_code(typed: str) -> str:
    """The error code that this is, in any letter case if it is a known one; empty when no recording has it."""
    code = CODES.get(typed.lower(), typed)
    return code if code and Recording.objects.filter(error_code=code).exclude(error_code="").exists() else ""


def _of_devices(words: str) -> Q:
    """Recordings of the devices with these words in id or name: of a few, found by them; of many, going back in time.

    A database that finds those of many devices by them would have to sort nearly the whole history. Empty for none.
    """
    devices = search_devices(Device.objects.order_by(), words)
    few = list(devices.values_list("pk", flat=True)[: FEW_DEVICES + 1])
    if len(few) > FEW_DEVICES:
        return Q(Exists(devices.filter(pk=OuterRef("device"))))
    return Q(device__in=few) if few else Q()
