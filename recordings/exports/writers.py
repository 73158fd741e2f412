"""The three formats. Each writer takes rows one at a time and keeps none of them in memory."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from xlsxwriter import Workbook

from recordings.exports.cells import Column, as_csv, as_json, as_text
from recordings.exports.failures import CELL_TOO_LONG, TOO_MANY_ROWS, CannotExport
from recordings.models import Export

EXCEL_ROWS = 1_048_576 - 1
"""Rows of a sheet, less the one with the names."""
EXCEL_CELL = 32_767
"""UTF-16 code units that a cell holds."""
SHEET = "Export"


class Writer(Protocol):
    """Writes rows to an open file, which stays open; what it takes in between goes into `aside`."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column], aside: Path) -> None: ...

    def write(self, values: Sequence[Any]) -> None:
        """One row. Raises CannotExport when the format cannot hold it."""

    def finish(self) -> None:
        """Write what is left."""


class CsvWriter:
    """RFC 4180, UTF-8 with the mark by which Excel knows it."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column], aside: Path) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._text)
        self._kinds = [column.kind for column in columns]
        self._rows.writerow([column.name for column in columns])

    def write(self, values: Sequence[Any]) -> None:
        self._rows.writerow([as_csv(kind, value) for kind, value in zip(self._kinds, values, strict=True)])

    def finish(self) -> None:
        self._text.flush()
        self._text.detach()


class JsonLinesWriter:
    """One object a line, in ASCII: every character that is not is its number."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column], aside: Path) -> None:
        self._file = file
        self._columns = columns

    def write(self, values: Sequence[Any]) -> None:
        row = {column.name: as_json(column.kind, value) for column, value in zip(self._columns, values, strict=True)}
        self._file.write(json.dumps(row, separators=(",", ":")).encode("ascii") + b"\n")

    def finish(self) -> None:
        self._file.flush()


class ExcelWriter:
    """One sheet in which every cell is a string. Its rows lie in a file until the end, not in memory."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column], aside: Path) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(aside),
        }
        self._book = Workbook(file, options)
        self._sheet = self._book.add_worksheet(SHEET)
        self._columns = columns
        self._row = 0
        for number, column in enumerate(columns):
            self._sheet.write_string(0, number, column.name)

    def write(self, values: Sequence[Any]) -> None:
        self._row += 1
        if self._row > EXCEL_ROWS:
            raise CannotExport(TOO_MANY_ROWS)
        for number, value in enumerate(values):
            column = self._columns[number]
            text = as_text(column.kind, value)
            if len(text) > EXCEL_CELL // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > EXCEL_CELL:
                raise CannotExport(CELL_TOO_LONG, detail=f"{column.name} {self._row}")
            if text:
                self._sheet.write_string(self._row, number, text)

    def finish(self) -> None:
        self._book.close()


WRITERS: dict[str, type[Writer]] = {
    Export.Format.CSV: CsvWriter,
    Export.Format.XLSX: ExcelWriter,
    Export.Format.JSONL: JsonLinesWriter,
}
CONTENT_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.JSONL: "application/x-ndjson",
}
