"""What can be exported: which rows a user may export, by which filter, in which columns.

Rights are checked each time, with the roles that the user has then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.audit.filters import TrailFilter
from recordings.audit.queries import visible_entries
from recordings.batches.filters import BatchItemFilter
from recordings.exports.cells import CellType, Column
from recordings.exports.history_rows import HISTORY_COLUMNS, HISTORY_FIELDS, complete
from recordings.history.filters import HistoryFilter
from recordings.lifecycle.batches.queries import items_of_all_batches
from recordings.lifecycle.queries import visible_recordings
from recordings.models import Export, User

Row = tuple[Any, ...]

TRAIL_KINDS = {
    "sequence": CellType.NUMBER,
    "at": CellType.TIME,
    "actor": CellType.TEXT,
    "address": CellType.TEXT,
    "action": CellType.TEXT,
    "target_type": CellType.TEXT,
    "target_id": CellType.ID,
    "target": CellType.TEXT,
    "project_id": CellType.ID,
    "reason": CellType.TEXT,
    "before": CellType.JSON,
    "after": CellType.JSON,
    "mac": CellType.TEXT,
}
TRAIL_COLUMNS = tuple(Column(name=name, kind=kind, field=name) for name, kind in TRAIL_KINDS.items())
BATCH_FIELDS = (
    ("batch", CellType.NUMBER, "batch_id"),
    ("batch_name", CellType.TEXT, "batch__name"),
    ("action", CellType.TEXT, "action"),
    ("position", CellType.NUMBER, "position"),
    ("project_id", CellType.ID, "project__project_id"),
    ("device_id", CellType.ID, "device__device_id"),
    ("device_name", CellType.TEXT, "device__name"),
    ("video_stream_id", CellType.NUMBER, "video_stream_id"),
    ("state", CellType.TEXT, "state"),
    ("skip_cause", CellType.TEXT, "skip_cause"),
    ("error_code", CellType.TEXT, "error_code"),
    ("request_id", CellType.ID, "request_id"),
    ("recording", CellType.NUMBER, "recording_id"),
    ("task_id", CellType.ID, "recording__task_id"),
    ("attempts", CellType.NUMBER, "attempts"),
    ("changed_at", CellType.TIME, "changed_at"),
)
BATCH_COLUMNS = tuple(Column(name=name, kind=kind, field=field) for name, kind, field in BATCH_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One list that can be exported."""

    name: Promise
    permission: str
    list_url: str
    export_url: str
    filter: Callable[..., Any]
    """Of the list: the same that the list's page uses."""
    rows: Callable[[User, str], QuerySet[Any]]
    """The rows for which a user holds a permission."""
    columns: Sequence[Column]
    fields: Sequence[str]
    """What the one main query reads; what `complete` adds comes after them."""
    complete: Callable[[Sequence[Row]], list[Row]]

    def filtered(self, user: User, query: str | QueryDict) -> django_filters.FilterSet:
        """The list's filter over the rows that this user may export now."""
        asked = QueryDict(query) if isinstance(query, str) else query
        return self.filter(asked, self.rows(user, self.permission), user=user)


SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        Export.Subject.HISTORY: Subject(
            name=_("Export recordings"),
            permission="recording.export",
            list_url="recordings",
            export_url="recordings_export",
            filter=HistoryFilter,
            rows=visible_recordings,
            columns=HISTORY_COLUMNS,
            fields=HISTORY_FIELDS,
            complete=complete,
        ),
        Export.Subject.TRAIL: Subject(
            name=_("Export the audit trail"),
            permission="audit.export",
            list_url="audit",
            export_url="audit_export",
            filter=TrailFilter,
            rows=visible_entries,
            columns=TRAIL_COLUMNS,
            fields=tuple(TRAIL_KINDS),
            complete=list,
        ),
        Export.Subject.BATCH: Subject(
            name=_("Export the result of a batch"),
            permission="recording.export",
            list_url="batches",
            export_url="batch_export",
            filter=BatchItemFilter,
            rows=items_of_all_batches,
            columns=BATCH_COLUMNS,
            fields=tuple(field for _name, _kind, field in BATCH_FIELDS),
            complete=list,
        ),
    }
)


def query_of(chosen: django_filters.FilterSet) -> str:
    """The filters that are set, as the list's query string: no page, no field that is not a filter."""
    kept = QueryDict(mutable=True)
    for name in chosen.filters:
        if value := chosen.data.get(name):
            kept[name] = value
    return kept.urlencode()


def describe_filters(chosen: django_filters.FilterSet) -> list[tuple[str, str]]:
    """Each filter that is set, as its label and its value: a choice and an object by their names."""
    found = []
    for name, value in chosen.form.cleaned_data.items():
        if value not in (None, ""):
            label = chosen.form.fields[name].label or name
            found.append((str(label), _value(chosen, name, value)))
    return found


def _value(chosen: django_filters.FilterSet, name: str, value: Any) -> str:
    if isinstance(value, Model):
        return str(value)
    choices = getattr(chosen.form.fields[name], "choices", ())
    for key, words in choices:
        if isinstance(words, list | tuple):
            for inner, inner_words in words:
                if str(inner) == str(value):
                    return str(inner_words)
        elif str(key) == str(value):
            return str(words)
    return str(value)
