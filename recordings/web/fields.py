"""Rules for what people type, and the form fields that carry them: shared by the forms of several slices.

Source of the recording parameters' rules: TRRO API, CreateCloudRecording.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.text import escape_hidden

PREFIX_PART = re.compile(r"[A-Za-z0-9_-]+")
MAX_PREFIX_PARTS = 10
REASON_LENGTH = 500

region_rule = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)+\Z",
    gettext_lazy("Lower-case letters and digits with - between them, such as ap-guangzhou."),
)


def short_text(*, most: int, **options: Any) -> forms.CharField:
    """A line of text: at most `most` characters, all of which can be seen."""
    return forms.CharField(max_length=most, validators=[refuse_unshowable], **options)


def refuse_unshowable(text: str) -> None:
    """Raise ValidationError for what no page shows as it is: control and format characters, blank letters."""
    if escape_hidden(text) != text:
        raise ValidationError(_("This has characters that cannot be seen. Type it again by hand."))


class ReasonField(forms.CharField):
    """Why a user does something: one line that is kept and shown. Every form that takes a reason takes this one."""

    def __init__(self, **options: Any) -> None:
        required = options.setdefault("required", True)
        options.setdefault("label", gettext_lazy("Reason") if required else gettext_lazy("Reason (optional)"))
        options["error_messages"] = {
            "required": gettext_lazy("Enter a reason; it is kept on record."),
            "max_length": format_lazy(gettext_lazy("At most {most} characters."), most=REASON_LENGTH),
        } | options.get("error_messages", {})
        super().__init__(max_length=REASON_LENGTH, validators=[refuse_unshowable], **options)


def whole_number(*, least: int, most: int, **options: Any) -> forms.IntegerField:
    """An integer field whose every error says which numbers are allowed."""
    allowed = format_lazy(gettext_lazy("A whole number from {least} to {most}."), least=least, most=most)
    field = forms.IntegerField(min_value=least, max_value=most, help_text=options.pop("help_text", allowed), **options)
    field.error_messages = {"required": allowed, "invalid": allowed}
    for validator in field.validators:
        validator.message = allowed  # type: ignore[attr-defined]
    return field


def clean_prefix(text: str) -> tuple[str, ...]:
    """The parts of a file name prefix. Raises ValidationError naming the part that is not allowed, and why."""
    if not text:
        return ()
    parts = text.split("/")
    if len(parts) > MAX_PREFIX_PARTS:
        raise ValidationError(_("At most %(most)s parts."), params={"most": MAX_PREFIX_PARTS})
    for number, part in enumerate(parts, 1):
        if not part:
            raise ValidationError(
                _("Part %(number)s is empty. Write parts of letters, digits, _ and -, with one / between them."),
                params={"number": number},
            )
        if not PREFIX_PART.fullmatch(part):
            raise ValidationError(
                _("Part %(number)s has characters that are not allowed. Use letters, digits, _ and - only."),
                params={"number": number},
            )
    return tuple(parts)


def choice_messages(sentence: Any) -> dict[str, Any]:
    """One sentence for whatever is wrong with a choice."""
    return {"required": sentence, "invalid_choice": sentence}
