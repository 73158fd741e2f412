"""What the search box of the history finds, each kind through an index of its own.

An error code, a TaskId or RequestId (each also of any attempt or stop), a reference, or a device. Of ids and references
also the beginning, from HALF_AN_ID characters on: the middle of one would take a scan of every recording.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from recordings.error_catalogue import CATALOGUE
from recordings.lifecycle.queries import search_devices
from recordings.models import ApiCall, Device, Recording
from recordings.models.calls import FINAL_REFUSAL
from recordings.pasted import clean_pasted_id

HALF_AN_ID = 6
"""Characters; a shorter text is looked up as a whole id only."""
MAX_FOUND = 1000
NOTHING = Q(pk__lt=0)
"""Beside it PostgreSQL does not begin with the devices, whose number it cannot guess: of a million 15 s, else 0.2 s."""
IDS = ("task_id", "request_id")
M = TypeVar("M", bound=Model)
FEW_DEVICES = 100
CODES: Mapping[str, str] = MappingProxyType({code.lower(): code for code in CATALOGUE})
"""Error codes as they are written, by how they are typed."""


def with_words(recordings: QuerySet[Recording], words: str) -> QuerySet[Recording]:
    """Those of the recordings that these words name. `words` are cleaned (pasted.py).

    Ids are looked up at once, each by its index: in one condition with the devices no database would use them.
    """
    typed = clean_pasted_id(words)
    if code := _error_code(typed):
        return with_error_code(recordings, code)
    found = list(with_id(typed)[: MAX_FOUND + 1])
    ids = Q(pk__in=found) if len(found) <= MAX_FOUND else _beginning_with(typed)
    devices = _of_devices(words)
    return recordings.filter(ids | devices if found and devices else devices or ids)


def with_id(typed: str) -> QuerySet[Any, int]:
    """The keys of recordings with this TaskId, RequestId or reference, or the beginning of one, also of their calls."""
    reference = _beginning(Recording, "reference", typed.lower()).values_list("pk", flat=True)
    own = (_beginning(Recording, name, typed).values_list("pk", flat=True) for name in IDS)
    of_calls = (_of_call(name, typed).values_list("recording_id", flat=True) for name in IDS)
    return reference.union(*own, *of_calls)


def _beginning(model: type[M], name: str, typed: str) -> QuerySet[M]:
    how = "begins" if len(typed) >= HALF_AN_ID else "exact"
    rows = model._default_manager.order_by()
    return rows.filter(**{f"{name}__{how}": typed}).exclude(**{name: ""})  # what the partial indexes promise


def _of_call(name: str, typed: str) -> QuerySet[ApiCall]:
    return _beginning(ApiCall, name, typed).filter(recording__isnull=False)


def _beginning_with(typed: str) -> Q:
    """The same of many recordings, found while going back in time."""
    many = Q(reference__begins=typed.lower())
    for name in IDS:
        many |= Q(**{f"{name}__begins": typed}) | Q(Exists(_of_call(name, typed).filter(recording=OuterRef("pk"))))
    return many


def with_error_code(recordings: QuerySet[Recording], typed: str) -> QuerySet[Recording]:
    """Those of the recordings that ended with this error code, or of which a call was answered with it."""
    code = _as_written(typed)
    calls = _calls_with(code)
    found = list(calls.exclude(recording__error_code=code).values_list("recording_id", flat=True)[: MAX_FOUND + 1])
    of_calls = Q(pk__in=found) if len(found) <= MAX_FOUND else Q(Exists(calls.filter(recording=OuterRef("pk"))))
    if found:
        return recordings.filter(Q(error_code=code) | of_calls)
    return recordings.filter(error_code=code).exclude(error_code="")  # what the partial index promises


def _as_written(typed: str) -> str:
    """An error code as the vendor writes it, if it is a known one."""
    return CODES.get(typed.lower(), typed)


def _calls_with(code: str) -> QuerySet[ApiCall]:
    """Calls with this error code that their recordings need not have: what the partial index holds."""
    calls = ApiCall.objects.order_by().filter(code=code, recording__isnull=False)
    return calls.exclude(code="").exclude(FINAL_REFUSAL)


def _error_code(typed: str) -> str:
    """The error code that this is, in any letter case if it is a known one; empty when no recording has it."""
    code = _as_written(typed)
    if not code:
        return ""
    is_known = Recording.objects.filter(error_code=code).exclude(error_code="").exists() or _calls_with(code).exists()
    return code if is_known else ""


def _of_devices(words: str) -> Q:
    return of_devices(search_devices(Device.objects.order_by(), words))


def of_devices(devices: QuerySet[Device]) -> Q:
    """Recordings of these devices: of a few, found by them; of many, going back in time.

    A database that finds those of many devices by them would have to sort nearly the whole history. Empty for none.
    """
    few = list(devices.values_list("pk", flat=True)[: FEW_DEVICES + 1])
    if len(few) > FEW_DEVICES:
        return Q(Exists(devices.filter(pk=OuterRef("device")))) | NOTHING
    return Q(device__in=few) if few else Q()
