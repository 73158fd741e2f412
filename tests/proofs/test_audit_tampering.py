"""Entries edited, removed, inserted, reordered and cut off by a person who may write to the tables: all is found.

They know the program, renumber, copy macs, set the head, and compute macs under a key of their own; they lack ours.
"""

import hashlib
import hmac
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.audit_log.anchors import anchor_now
from recordings.audit_log.chain import CHAINED
from recordings.audit_log.record import record_audit
from recordings.audit_log.verify import verify
from recordings.models import AuditEntry, AuditHead

from .figures import Figures
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
LAST, ANCHORED = 40, 32
TIMES = size(small=20, full=200)
ENTRIES = AuditEntry.objects


@pytest.fixture(autouse=True)
def trail(_django_db_helper: None, settings: Settings, tmp_path: Path) -> None:
    """Forty entries, the thirty-second anchored."""
    settings.AUDIT_ANCHOR = tmp_path / "anchors.jsonl"
    for number in range(1, LAST + 1):
        _enter(number)
        if number == ANCHORED:
            anchor_now(timezone.now())


def _enter(number: int) -> None:
    with transaction.atomic():
        record_audit(
            actor=f"person{number % 3}",
            action="device.changed",
            target=f"Truck {number}",
            target_type="Device",
            target_id=str(number),
            project_id="m82k5408n123phvb",
            before={"name": "old"},
            after={"name": f"new {number}"},
        )


@pytest.mark.parametrize("kind", ["edit", "delete", "insert", "reorder", "cut"])
def test_all_tampering_is_found(kind: str, figures: Figures) -> None:
    dice = random.Random(kind)
    found: Counter[str] = Counter()
    for _ in range(TIMES):
        with transaction.atomic():
            TAMPERING[kind](dice)
            result = verify()
            transaction.set_rollback(True)
        assert result.finding is not None
        found[result.finding] += 1
    assert verify().finding is None
    names = ", ".join(f"{name} {times}" for name, times in found.most_common())
    figures.add(f"{kind}: found", sum(found.values()), f"of {TIMES} on {connection.vendor}; named {names}")


def test_an_untouched_trail_never_raises_an_alarm(figures: Figures) -> None:
    for number in range(TIMES):
        _enter(LAST + 1 + number)
        result = verify()
        assert result.finding is None
    figures.add("untouched: alarms", 0, f"of {TIMES} on {connection.vendor}")


def _edit(dice: random.Random) -> None:
    entry = ENTRIES.get(sequence=dice.randint(1, LAST))
    name = dice.choice([field for field in CHAINED if field != "sequence"])
    setattr(entry, name, _other(dice, getattr(entry, name)))
    entry.save()
    _cover_up(dice, entry.sequence)


def _delete(dice: random.Random) -> None:
    """One entry or a few in a row that begin before the last anchor; then perhaps the gap is closed."""
    first = dice.randint(1, ANCHORED - 1)
    last = first + dice.choice([0, 0, 1, 5])
    ENTRIES.filter(sequence__gte=first, sequence__lte=last).delete()
    if dice.random() < 0.6:
        _renumber(last + 1, first - last - 1)
        _fit_the_head(dice)
        _cover_up(dice, first)


def _insert(dice: random.Random) -> None:
    """A copy of an entry or an invention, at the end or between, its mac copied, random or of another key."""
    place = dice.randint(1, LAST + 1)
    forged = ENTRIES.get(sequence=dice.randint(1, LAST))
    if dice.random() < 0.5:
        forged.actor, forged.mac = "nobody", dice.randbytes(32).hex()
    _renumber(place, 1)
    forged.pk, forged.sequence = None, place
    forged.save(force_insert=True)
    if dice.random() < 0.7:
        _fit_the_head(dice)
    _cover_up(dice, place)


def _reorder(dice: random.Random) -> None:
    """Two entries change places, or a few in a row are shuffled or turned around; some take their old macs along."""
    length = dice.choice([2, 2, 3, 8])
    first = dice.randint(1, LAST - length + 1)
    places = dice.choice([range(first, first + length), sorted(dice.sample(range(1, LAST + 1), length))])
    order = list(places)
    while order == list(places):
        dice.shuffle(order)
    macs = dict(ENTRIES.filter(sequence__in=places).values_list("sequence", "mac"))
    for old in places:
        ENTRIES.filter(sequence=old).update(sequence=1000 + old)
    for old, new in zip(places, order, strict=True):
        ENTRIES.filter(sequence=1000 + old).update(sequence=new)
    if dice.random() < 0.3:
        for place, mac in macs.items():
            ENTRIES.filter(sequence=place).update(mac=mac)
    _fit_the_head(dice)
    _cover_up(dice, min(places))


def _cut(dice: random.Random) -> None:
    """The tail goes, from before the last anchor; the head fits what is left, and often the program writes on."""
    left = dice.randint(1, ANCHORED - 1)
    ENTRIES.filter(sequence__gt=left).delete()
    _fit_the_head(dice, always=True)
    for number in range(dice.choice([0, 0, 1, 3, LAST - left, 2 * LAST])):
        _enter(left + 1 + number)


TAMPERING: Mapping[str, Callable[[random.Random], None]] = MappingProxyType(
    {"edit": _edit, "delete": _delete, "insert": _insert, "reorder": _reorder, "cut": _cut}
)


def _renumber(first: int, by: int) -> None:
    ENTRIES.filter(sequence__gte=first).update(sequence=F("sequence") + 1000 + by)
    ENTRIES.filter(sequence__gte=1000).update(sequence=F("sequence") - 1000)


def _fit_the_head(dice: random.Random, *, always: bool = False) -> None:
    if always or dice.random() < 0.8:
        last = ENTRIES.latest("sequence")
        AuditHead.objects.update(sequence=last.sequence, mac=last.mac)


def _cover_up(dice: random.Random, first: int) -> None:
    """Perhaps every mac from there on is computed again, as the program does it, under another key; the head too."""
    if dice.random() < 0.6:
        return
    key = dice.randbytes(32)
    previous = ENTRIES.filter(sequence=first - 1).values_list("mac", flat=True).first() or ""
    for entry in ENTRIES.filter(sequence__gte=first).order_by("sequence"):
        content = {name: getattr(entry, name) for name in CHAINED} | {"at": entry.at.timestamp().hex()}
        text = json.dumps([previous, content], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        previous = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        ENTRIES.filter(pk=entry.pk).update(mac=previous)
    _fit_the_head(dice, always=True)


def _other(dice: random.Random, value: Any) -> Any:
    """Something else of the same kind."""
    match value:
        case str():
            return dice.choice([f"{value} ", f"{value}x", value[:-1] or "x", "somebody else"])
        case dict():
            return dice.choice([{**value, "more": None}, {"name": "else"}, {}, {"name": ["old"]}])
    return value + dice.choice([timedelta(microseconds=1), -timedelta(days=1)])
