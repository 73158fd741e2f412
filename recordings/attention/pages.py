"""Pages of what needs attention, in the order of the money at risk: by keyset, the same cost however far down."""

from datetime import datetime

from django.core import signing
from django.db.models import QuerySet

from recordings.lifecycle.attention_queries import after_row, by_risk
from recordings.models import Recording
from recordings.web.paging import PAGE_LENGTH, Page

SALT = "recordings.attention.pages"


def page_by_risk(recordings: QuerySet[Recording], *, cursor: str) -> Page[Recording]:
    """The page that begins after `cursor`; an invalid cursor gives the first."""
    rows = by_risk(recordings)
    try:
        reason, attention_at, pk = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        pass
    else:
        rows = after_row(rows, reason, datetime.fromisoformat(attention_at), pk)
    found = list(rows[: PAGE_LENGTH + 1])
    more = len(found) > PAGE_LENGTH
    found = found[:PAGE_LENGTH]
    return Page(rows=found, next_cursor=_cursor(found[-1]) if more else "")


def _cursor(row: Recording) -> str:
    assert row.attention_at  # noqa: S101
    return signing.dumps([row.attention, row.attention_at.isoformat(), row.pk], salt=SALT)
