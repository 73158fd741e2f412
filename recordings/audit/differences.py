"""What an entry changed, as a table: each field in words, as it was and as it became."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models import AuditEntry

NAMES: Mapping[str, Promise | str] = MappingProxyType(
    {
        "state": gettext_lazy("State"),
        "upload_state": gettext_lazy("Files"),
        "task_id": "TaskId",
        "request_id": "RequestId",
        "secret_id": "SecretId",
        "secret_key": "SecretKey",
        "access_key": "AccessKey",
        "code": gettext_lazy("Error code"),
        "error_code": gettext_lazy("Error code"),
        "test_code": gettext_lazy("Error code"),
        "is_duplicate": gettext_lazy("Running twice"),
        "doubled": gettext_lazy("Running twice"),  # in entries of older versions
        "tries": gettext_lazy("Attempts"),
        "times": gettext_lazy("Times in this minute"),
        "file": gettext_lazy("File"),
        "key": gettext_lazy("Key"),
        "name": gettext_lazy("Name"),
        "role": gettext_lazy("Role"),
        "roles": gettext_lazy("Roles"),
        "factor": gettext_lazy("Second factor"),
        "factors": gettext_lazy("Second factors"),
        "until": gettext_lazy("Valid until"),
        "project": gettext_lazy("Project"),
        "projects": gettext_lazy("Projects"),
        "differences": gettext_lazy("Differences"),
        "vendor_name": gettext_lazy("Name at Tencent Cloud"),
        "gone_since": gettext_lazy("Gone since"),
        "label": gettext_lazy("Label"),
        "devices": gettext_lazy("Devices"),
        "entries": gettext_lazy("Entries"),
        "anchors": gettext_lazy("Anchors"),
        "finding": gettext_lazy("Result"),
        "anchors_known": gettext_lazy("Anchors known so far"),
        "place": gettext_lazy("Anchor file"),
        "sequence": gettext_lazy("No."),
        "breaks": gettext_lazy("Mismatches"),
        "rows": gettext_lazy("Rows"),
        "left": gettext_lazy("Remaining"),
        "with": gettext_lazy("Signed in with"),
    }
)
"""What entries name that is no labelled field of their target."""
SECRETS: Mapping[str, Promise] = MappingProxyType({"set": gettext_lazy("set"), "replaced": gettext_lazy("replaced")})
"""What stands for a secret (changes.py), by what it is."""
NONE = "–"
DEEPEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field. `before` and `after` are None where the entry says nothing of it."""

    name: str
    before: str | None
    after: str | None

    @property
    def is_change(self) -> bool:
        return self.before is not None and self.after is not None and self.before != self.after


def differences_of(entry: AuditEntry) -> list[FieldChange]:
    """A row for each field that the entry names, in the order in which it names them."""
    before, after = dict(_flat(entry.before)), dict(_flat(entry.after))
    names = [*after, *(name for name in before if name not in after)]
    return [_difference(entry, name, before, after) for name in names]


def _difference(entry: AuditEntry, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> FieldChange:
    field = _field(entry.target_type, name)
    return FieldChange(
        name=str(NAMES.get(name) or (capfirst(str(field.verbose_name)) if field else name)),
        before=_in_words(field, before[name]) if name in before else None,
        after=_of_secret(name, after[name]) or _in_words(field, after[name]) if name in after else None,
    )


def _flat(values: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Nested names joined with dots, as a call's parameters have them."""
    for name, value in values.items():
        if isinstance(value, dict) and value and depth < DEEPEST:
            yield from _flat(value, f"{above}{name}.", depth + 1)
        else:
            yield f"{above}{name}", value


def _field(target_type: str, name: str) -> "Field[Any, Any] | None":
    """The field of the target's model with this name: its label and its choices are translated."""
    try:
        field = apps.get_model("recordings", target_type)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist, ValueError):
        return None
    return field if isinstance(field, Field) else None


def _of_secret(name: str, value: Any) -> str:
    """That a secret was set, in words; empty for all that is none."""
    is_secret = name in {"secret_id", "secret_key", "access_key"} and isinstance(value, str)
    return str(SECRETS.get(value, "")) if is_secret else ""


def _in_words(field: "Field[Any, Any] | None", value: Any) -> str:
    if field and field.choices and isinstance(value, str | int):
        value = dict(field.flatchoices).get(value, value)
    match value:
        case None | "" | [] | {}:
            return NONE
        case True:
            return _("Yes")
        case False:
            return _("No")
        case list():
            return ", ".join(_in_words(None, each) for each in value)
    return str(value)
