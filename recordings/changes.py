"""Storing what is configured: a row and what the audit trail says of it, in one transaction.

The use cases of several slices end here. They decide what may be stored; this writes only what differs, and
nothing at all, not even an entry, when nothing does. Secrets are reported as `set` or `replaced`, never shown.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from django.db.models import Field, Model

from recordings.audit_log.record import record_audit
from recordings.models import Project, User

M = TypeVar("M", bound=Model)
AnyField: TypeAlias = "Field[Any, Any]"
Related: TypeAlias = Mapping[str, Collection[Model]]
"""The rows a many-to-many field shall hold, by its name."""
NO_OTHERS: Related = MappingProxyType({})


def lock(row: M) -> M:
    """The row as it is stored, locked until the caller's transaction ends."""
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def insert(
    row: Model,
    *,
    actor: User,
    action: str,
    project_id: str = "",
    secrets: Collection[str] = (),
    related: Related = NO_OTHERS,
) -> None:
    """Store a new row. `secrets` names the fields whose values stay out of the trail.

    Raises IntegrityError when another row took its name or id meanwhile.
    """
    row.save(force_insert=True)
    _set(row, related)
    after = _in_words(row, _fields(row)) | _names(related) | dict.fromkeys(secrets, "set")
    record_audit(actor=actor, action=action, target=row, project_id=project_id, after=after)


def update(
    row: M,
    stored: M,
    *,
    actor: User,
    action: str,
    project_id: str = "",
    secrets: Collection[str] = (),
    related: Related = NO_OTHERS,
) -> bool:
    """Store `row` over `stored`, which `lock` gave; False when they are alike and no secret is new.

    `secrets` names those that are new in `row`: others stay as they are stored, however old `row` is. Raises
    IntegrityError as `insert` does.
    """
    fields = [field for field in _fields(row) if field.name not in secrets and _differs(field, row, stored)]
    moved = {name: rows for name, rows in related.items() if _keys(rows) != _keys(getattr(stored, name).all())}
    if not fields and not moved and not secrets:
        return False
    before = _in_words(stored, fields) | _names({name: getattr(stored, name).all() for name in moved})
    after = _in_words(row, fields) | _names(moved) | dict.fromkeys(secrets, "replaced")
    row.save(update_fields=[*(field.name for field in fields), *_columns(row, secrets)])
    _set(row, moved)
    record_audit(actor=actor, action=action, target=row, project_id=project_id, before=before, after=after)
    return True


def _fields(row: Model) -> list[AnyField]:
    """The fields people fill in: no keys, dates, tokens, sealed values or their hints."""
    hints = {f"{name}_hint" for name in _sealed(row)}
    return [
        field
        for field in row._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in hints
    ]


def _sealed(row: Model) -> tuple[str, ...]:
    return getattr(row, "SEALED", ())


def _columns(row: Model, secrets: Collection[str]) -> list[str]:
    """What is saved for new secrets: a sealed one has its ciphertext and its hint."""
    return [
        column
        for name in secrets
        for column in ((f"{name}_sealed", f"{name}_hint") if name in _sealed(row) else (name,))
    ]


def _set(row: Model, related: Related) -> None:
    for name, rows in related.items():
        getattr(row, name).set(rows)


def _keys(rows: Collection[Model]) -> set[Any]:
    return {row.pk for row in rows}


def _names(related: Related) -> dict[str, list[str]]:
    return {name: sorted(map(_name, rows)) for name, rows in related.items()}


def _differs(field: AnyField, row: Model, stored: Model) -> bool:
    return bool(field.value_from_object(row) != field.value_from_object(stored))


def _in_words(row: Model, fields: Iterable[AnyField]) -> dict[str, Any]:
    values = {field.name: getattr(row, field.name) for field in fields}
    return {name: _name(value) if isinstance(value, Model) else value for name, value in values.items()}


def _name(row: Model) -> str:
    """What names a row for good: two projects may have the same name."""
    return f"{row} ({row.project_id})" if isinstance(row, Project) else str(row)
