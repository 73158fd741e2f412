"""The columns of the history, and which of them a reader has chosen: kept in a cookie of the browser."""

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COOKIE = "history_columns"
A_YEAR = 365 * 24 * 60 * 60  # seconds

COLUMNS: Mapping[str, Promise | str] = MappingProxyType(
    {
        "stream": _("Stream"),
        "project": _("Project"),
        "files": _("Files"),
        "requested": _("Requested"),
        "duration": _("Duration"),
        "by": _("By"),
        "task_id": "TaskId",
        "request_id": "RequestId",
        "error_code": _("Error code"),
        "reference": _("Reference"),
        "ended": _("Ended"),
    }
)
"""In the order of the page, after State and Device, which are always there."""
DEFAULT = frozenset(COLUMNS) - {"reference", "ended"}


def chosen_columns(request: HttpRequest) -> frozenset[str] | None:
    """The columns that this reader has chosen; None for one who has not, and gets what the width has room for."""
    stored = request.COOKIES.get(COOKIE)
    return (frozenset(stored.split("-")) & COLUMNS.keys() or None) if stored else None


def remember_columns(response: HttpResponse, names: list[str]) -> None:
    """Keep the choice; nothing chosen means the default again."""
    chosen = [name for name in COLUMNS if name in names]
    if not chosen:
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(
            COOKIE,
            "-".join(chosen),
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
