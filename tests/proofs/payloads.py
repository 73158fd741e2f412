"""Texts that try to be something else: markup, attributes, templates, formulas, and invisible characters."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, JSONField, Model, TextField

from recordings.text import is_showable

MARK = "xpayload"
"""In every payload where it would become an element, an attribute or a script."""

PAYLOADS = {
    "element": f"<{MARK}>",
    "script": f"<script>{MARK}()</script>",
    "end of a title": f"</title></textarea></script><{MARK}>",
    "attribute in double quotes": f'" {MARK}="1" onfocus="{MARK}()" x="',
    "attribute in single quotes": f"' {MARK}='1' onfocus='{MARK}()' x='",
    "attribute without quotes": f"x {MARK}=1 onfocus={MARK}()",
    "address": f"javascript:{MARK}()",
    "comment": f"--><{MARK}>",
    "entity": f"&lt;{MARK}&gt;&#60;{MARK}&#62;",
    "template variable": "{{ 6|add:1 }}{{ settings.SECRET_KEY }}",
    "template tag": "{% debug %}{% load static %}",
    "percent": "%(name)s %s %d {0} {name}",
    "formula": "=1+1",
    "formula with a call": "=cmd|' /C calc'!A0",
    "formula with plus": "+1+1",
    "formula with minus": "-1+1",
    "formula with at": "@SUM(1)",
    "formula after a tab": "\t=1+1",
    "formula after a return": "\r=1+1",
    "control": "a\x07b\x1b[31mc\x08d\x7fe\x9bf",
    "lines": "a\nb\r\nc\u2028d\u2029e",
    "bidirectional": "\u202egpj.exe\u202c \u2066x\u2069 \u200f",
    "wide": "龍\U0001f69c\u200d\U0001f525 e\u0301",
    "long": "w" * 3000,
}

IDS = ("-=1+1", f'"><{MARK}>', "-'%{}|`\\", "=HYPERLINK(1)", "+1", "@x", "-" * 64)
"""TaskIds and RequestIds of the allowed form: printable ASCII."""

KEPT = frozenset(
    {
        "password",
        "mac",
        "digest",
        "callback_token",
        "reference",
        "username",
        "device_id",
        "project_id",
        "secret_id",
        "endpoint",
    }
)
"""Fields whose value something else is found by, or that this program makes: names that no payload gets into."""
ID_FIELDS = frozenset({"task_id", "request_id"})


def fill(payload: str, task_id: str) -> int:
    """Put `payload` into every text of every row, and `task_id` into every id of the vendor; how many texts.

    Straight into the database: whatever a form, the vendor or a bucket let through.
    """
    filled = 0
    for model in apps.get_app_config("recordings").get_models():
        fields = list(_texts(model))
        for number, row in enumerate(model._default_manager.order_by("pk")):
            values = {field.name: _value(field, payload, task_id, number) for field in fields}
            if values:
                model._default_manager.filter(pk=row.pk).update(**values)
                filled += len(values)
    return filled


def _texts(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, CharField | TextField) and not field.choices and not field.name.endswith("_sealed")
        if (is_text or isinstance(field, JSONField)) and not field.primary_key and field.name not in KEPT:
            yield field


def _value(field: "Field[Any, Any]", payload: str, task_id: str, number: int) -> Any:
    if isinstance(field, JSONField):
        return [payload] if field.default is list else {payload: payload, "nested": {payload: [payload]}}
    if field.name in ID_FIELDS:
        return f"{task_id}{number}"
    end = f" {number}" if field.unique else ""
    return payload[: (field.max_length or 3000) - len(end)] + end


class Reader(HTMLParser):
    """Reads a page as a browser does, and says what stands in it that no page of ours holds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if MARK in tag:
            self.complaints.append(f"element {tag}")
        for name, value in attrs:
            if MARK in name or name.startswith("on"):
                self.complaints.append(f"attribute {name} of {tag}")
            if name in {"href", "src", "action", "formaction"} and (value or "").strip().lower().startswith(
                "javascript:"
            ):
                self.complaints.append(f"{name} of {tag} is a script")
            self.text.append(value or "")

    def handle_data(self, data: str) -> None:
        if MARK in data and self.cdata_elem is not None:
            self.complaints.append(f"inside {self.cdata_elem}")
        self.text.append(data)


def complaints_about(page: str) -> list[str]:
    """What is wrong with a page that shows payloads: nothing of them may be more than text."""
    reader = Reader()
    reader.feed(page)
    hidden = {char for char in page if not is_showable(char)} - {"\n"}
    return reader.complaints + [f"character U+{ord(char):04X} as it is" for char in sorted(hidden)]


def text_of(page: str) -> str:
    """All that a page shows or carries, with entities resolved."""
    reader = Reader()
    reader.feed(page)
    return "\n".join(reader.text)
