"""Writers of the audit trail, each in a process of its own."""

import json
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from recordings.audit_log.record import record_audit


def write_by_the_clock(writer: int, begin: float, rate: int, seconds: int) -> None:
    """`rate` entries a second, each in its own transaction, from `begin` on; late ones are written all the same."""
    begin += writer / (4 * rate)  # they take turns, as far as the clock has it
    took = []
    for number in range(rate * seconds):
        time.sleep(max(0.0, begin + number / rate - time.time()))
        took.append(_enter(writer, number))
    _tell(writer, took)


def write_flat_out(writer: int, begin: float, seconds: int) -> None:
    """As many as it can until the time is over."""
    time.sleep(max(0.0, begin - time.time()))
    took: list[float] = []
    while time.time() < begin + seconds:
        took.append(_enter(writer, len(took)))
    _tell(writer, took)


def _enter(writer: int, number: int) -> float:
    """Seconds that one entry took."""
    began = time.perf_counter()
    with transaction.atomic():
        record_audit(
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


def _tell(writer: int, took: list[float]) -> None:
    """For the parent: how long each entry took, in the order in which they were entered."""
    (Path(settings.VAR_DIR) / f"writer{writer}.json").write_text(json.dumps(took))
