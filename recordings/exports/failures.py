"""Why an export failed: stored codes and their texts."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOT_ALLOWED = "not_allowed"
DISK_FULL = "disk_full"
TOO_MANY_ROWS = "too_many_rows"
CELL_TOO_LONG = "cell_too_long"
FILE_GONE = "file_gone"
ERROR = "error"

WORDS: Mapping[str, Promise] = MappingProxyType(
    {
        NOT_ALLOWED: gettext_lazy("No longer allowed: your roles or projects have changed since the request."),
        DISK_FULL: gettext_lazy("The server's disk is full. Contact the server administrator."),
        TOO_MANY_ROWS: gettext_lazy("Excel allows at most 1,048,575 rows. CSV and JSON Lines have no limit."),
        FILE_GONE: gettext_lazy("The file is missing on the server. Contact the server administrator."),
        ERROR: gettext_lazy("Failed three times; see the server log."),
    }
)
FOR_EXCEL_ONLY = frozenset({TOO_MANY_ROWS, CELL_TOO_LONG})


class CannotExport(Exception):
    """Repeating the same export would fail again."""

    def __init__(self, code: str, *, detail: str = "") -> None:
        super().__init__(code)
        self.stored = f"{code} {detail}".strip()


def describe_failure(error: str) -> str:
    """The text of a stored failure; empty for none."""
    code, *detail = error.split(" ")
    if code == CELL_TOO_LONG and len(detail) == 2:
        place = {"column": detail[0], "row": detail[1]}
        return _("Row %(row)s has more text in %(column)s than an Excel cell allows (32,767 characters).") % place
    return str(WORDS.get(code, WORDS[ERROR])) if error else ""


def is_for_excel_only(error: str) -> bool:
    """Whether another format would do."""
    return error.split(" ")[0] in FOR_EXCEL_ONLY
