"""One value as it stands in a cell: what a column holds, and how CSV, Excel and JSON write it.

Ids are compared and copied, so those of the vendor's alphabet stay as
they are; any other text that a spreadsheet would take for a formula gets an apostrophe in front, in CSV only.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils import timezone

from recordings.text import escape_hidden

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
VENDOR_ID = re.compile(r"[A-Za-z0-9+/_.-][A-Za-z0-9+/_.=-]*")
"""TaskIds and RequestIds as the vendor's documents show them: nothing in them calls a function or names a sheet."""


class CellType(Enum):
    """What a column holds."""

    ID = "id"
    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    TIME = "time"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, which scripts rely on, and the field of the query that it is read from."""

    name: str
    kind: CellType
    field: str


def moment(value: datetime) -> str:
    """ISO 8601 with the offset of settings.TIME_ZONE."""
    return value.astimezone(timezone.get_default_timezone()).isoformat()


def as_json(kind: CellType, value: Any) -> Any:
    """The value for JSON Lines: exact."""
    return moment(value) if kind is CellType.TIME and value is not None else value


def as_text(kind: CellType, value: Any) -> str:
    """The value for a cell of Excel, which holds typed strings only: nothing in it is ever a formula."""
    return "" if value is None else _TEXTS[kind](value)


def as_csv(kind: CellType, value: Any) -> str:
    """The value for CSV, where a spreadsheet guesses from the first character."""
    text = as_text(kind, value)
    if kind is CellType.TEXT or (kind is CellType.ID and not VENDOR_ID.fullmatch(text)):
        return f"'{text}" if str(value).startswith(FORMULA) else text
    return text


def _shown(value: object) -> str:
    return escape_hidden(str(value))


_TEXTS: dict[CellType, Callable[[Any], str]] = {
    CellType.ID: _shown,
    CellType.TEXT: _shown,
    CellType.NUMBER: str,
    CellType.TRUTH: lambda value: "true" if value else "false",
    CellType.TIME: moment,
    CellType.JSON: json.dumps,  # ASCII: control and bidirectional characters come out as their numbers
}
