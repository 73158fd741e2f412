"""Reading an export back as other programs would."""

import csv
import json
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from recordings.exports.paths import file_of
from recordings.models import Export

Rows = list[dict[str, Any]]


def read(export: Export) -> Rows:
    path = file_of(export)
    return {"csv": read_csv, "xlsx": read_xlsx, "jsonl": read_jsonl}[export.format](path)


def read_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_xlsx(path: Path) -> Rows:
    """Every cell must be a string: whatever is not would be a formula, a number or a link.

    Excel resolves _xHHHH_ in such cells, openpyxl does not.
    """
    sheet = load_workbook(path).active
    assert sheet is not None
    names = [cell.value for cell in sheet[1]]
    rows = []
    for cells in sheet.iter_rows(min_row=2):
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
        assert [cell.value for cell in cells if cell.data_type == "n"] == [
            None for cell in cells if cell.data_type == "n"
        ], "only empty cells are no strings"
        assert not [cell for cell in cells if cell.hyperlink]
        rows.append({name: unescape(str(cell.value or "")) for name, cell in zip(names, cells, strict=True)})
    return rows


def read_jsonl(path: Path) -> Rows:
    text = path.read_bytes()
    text.decode("ascii")
    return [json.loads(line) for line in text.splitlines()]
