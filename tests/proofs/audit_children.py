"""Writers of the audit trail, each in a process of its own."""

import json
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from recordings.audit.usecases import enter


def write_by_the_clock(writer: int, begin: float, rate: int, seconds: int) -> None:
    """`rate` entries a second, each in its own transaction, from `begin` on; late ones are written all the same."""
    begin += writer / (4 * rate)  # they take turns, as far as the clock has it
    slowest = 0.0
    for number in range(rate * seconds):
        time.sleep(max(0.0, begin + number / rate - time.time()))
        slowest = max(slowest, _enter(writer, number))
    _tell(writer, entries=rate * seconds, ended=time.time(), slowest=slowest)


def write_flat_out(writer: int, begin: float, seconds: int) -> None:
    """As many as it can until the time is over."""
    time.sleep(max(0.0, begin - time.time()))
    number, slowest = 0, 0.0
    while time.time() < begin + seconds:
        slowest = max(slowest, _enter(writer, number))
        number += 1
    _tell(writer, entries=number, ended=time.time(), slowest=slowest)


def _enter(writer: int, number: int) -> float:
    """Seconds that one entry took."""
    began = time.perf_counter()
    with transaction.atomic():
        enter(
            actor=f"writer{writer}",
            action="device.changed",
            target="Truck 7 (truck_07)",
            target_type="Device",
            target_id="7",
            project_id="m82k5408n123phvb",
            before={"name": "Truck 7"},
            after={"name": "矿卡", "number": number},
        )
    return time.perf_counter() - began


def _tell(writer: int, **figures: float) -> None:
    (Path(settings.VAR_DIR) / f"writer{writer}.json").write_text(json.dumps(figures))
