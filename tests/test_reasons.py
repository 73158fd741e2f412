"""There is one field for reasons: what one form refuses in a reason, all do."""

import importlib
from pathlib import Path

import pytest
from django import forms

import recordings
from recordings.attention.forms import DecideForm
from recordings.web.fields import REASON_LENGTH, ReasonField

HIDDEN = {
    "control character": "why\x1bnot",
    "line break": "why\nnot",
    "direction of text": "why\u202enot",
    "zero-width space": "why\u200bnot",
    "byte order mark": "\ufeffwhy",
    "joiner beside nothing": "why\u200d",
    "joiners alone": "\u200d\u200c",
    "blank letter": "\u3164",
    "blank Braille": "\u2800\u2800",
    "soft hyphen": "\u00ad",
    "tag characters": "why\U000e0041",
    "half a character": "why\ud800",
}


def every_form() -> list[type[forms.BaseForm]]:
    """Every form of ours, whatever module it stands in."""
    root = Path(recordings.__file__).parent
    for path in root.rglob("*forms.py"):
        importlib.import_module(".".join(["recordings", *path.relative_to(root).with_suffix("").parts]))
    found, left = [], [forms.BaseForm]
    while left:
        form = left.pop()
        left += form.__subclasses__()
        if form.__module__.startswith("recordings."):
            found.append(form)
    return found


def reason_fields() -> dict[str, forms.Field]:
    return {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if "reason" in name
    }


def test_every_reason_in_every_form_is_the_one_reason_field() -> None:
    fields = reason_fields()
    assert len(fields) >= 5
    assert [name for name, field in fields.items() if not isinstance(field, ReasonField)] == []


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_what_cannot_be_seen_is_refused_as_a_reason_everywhere(text: str) -> None:
    for name, field in reason_fields().items():
        with pytest.raises(forms.ValidationError, match="cannot be seen"):
            field.clean(text)
        assert field.max_length == REASON_LENGTH, name  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u00a0", " \t "])
def test_nothing_but_spaces_is_no_reason(text: str) -> None:
    form = DecideForm({"decision": "close", "selection": "x", "reason": text})
    assert form.errors["reason"] == ["Enter a reason; it is kept on record."]


@pytest.mark.parametrize("text", ["Shift is over", "班次结束，已电话确认", "👷\u200d♀️ ok"])
def test_what_people_write_is_taken_as_it_is(text: str) -> None:
    for field in reason_fields().values():
        assert field.clean(f" {text} ") == text


def test_a_reason_that_is_too_long_is_refused_everywhere() -> None:
    for field in reason_fields().values():
        with pytest.raises(forms.ValidationError, match="At most 500 characters"):
            field.clean("x" * 501)
