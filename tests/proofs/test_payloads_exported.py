"""Hostile texts in everything that a person or the vendor can write, taken out in every format: inert, ids exact."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from recordings.exports.cells import FORMULA, VENDOR_ID
from recordings.models import AuditEntry, Export, Recording, User
from recordings.text import is_showable
from tests.exports.conftest import ask
from tests.exports.readers import read
from tests.test_role_matrix import World, world

from .figures import Figures
from .payloads import IDS, PAYLOADS, fill
from .sizes import size
from .test_payloads import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
__all__ = ["world"]  # the fixture

CHOSEN = size(small=["formula with a call", "formula after a tab", "control", "bidirectional"], full=list(PAYLOADS))
FORMATS = Export.Format.values


@pytest.fixture(autouse=True)
def exports_dir(settings: Settings, tmp_path: Path) -> None:
    settings.EXPORTS_DIR = tmp_path / "exports"


def taken(world: World, person: str, subject: str, format: str) -> list[dict[str, Any]]:
    """What is read back; in Excel's, `read` itself refuses a cell that is no string."""
    export = ask(User.objects.get(pk=world.people[person].pk), subject, format)
    assert export.state == Export.State.READY, export.error
    rows = read(export)
    assert len(rows) == export.rows > 0
    return rows


@pytest.mark.parametrize("payload", CHOSEN)
def test_no_text_is_more_than_text_in_any_export(world: World, payload: str, figures: Figures) -> None:
    furnish(world)
    text = PAYLOADS[payload]
    fill(text, IDS[len(payload) % len(IDS)])
    cells = 0
    for subject, people in (("history", ("operator", "admin", "auditor")), ("trail", ("auditor",))):
        for person in people:
            for format in FORMATS:
                rows = taken(world, person, subject, format)
                cells += sum(map(len, rows))
                if format == Export.Format.JSONL:
                    exact = [value for row in rows for value in row.values() if isinstance(value, str)]
                    assert any(text[:300] in value for value in exact), "JSON Lines keep every character"
                    continue
                values = [value for row in rows for value in row.values()]
                assert {char for value in values for char in value if not is_showable(char)} == set()
                formulas = [value for value in values if value.startswith(FORMULA)]
                if format == Export.Format.CSV:
                    assert all(VENDOR_ID.fullmatch(value) for value in formulas), formulas
    figures.add(f"cells with {payload}", cells, "all inert")


@pytest.mark.parametrize("task_id", IDS)
def test_ids_are_exact_in_every_export(world: World, task_id: str) -> None:
    Recording.objects.update(task_id=task_id, request_id=task_id)
    AuditEntry.objects.update(target_id=task_id, target_type="TaskId")
    for format in FORMATS:
        (recording,), entries = taken(world, "operator", "history", format), taken(world, "auditor", "trail", format)
        shown = f"'{task_id}" if format == Export.Format.CSV and _is_marked(task_id) else task_id
        assert recording["task_id"] == recording["request_id"] == shown
        assert shown in [entry["target_id"] for entry in entries]


def _is_marked(task_id: str) -> bool:
    """In CSV, what no vendor's id looks like and a spreadsheet would take for a formula has an apostrophe in front."""
    return task_id.startswith(FORMULA) and not VENDOR_ID.fullmatch(task_id)
