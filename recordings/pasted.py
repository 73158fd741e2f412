"""Cleans text that users paste into searches and fields for ids.

Ids are copied from chats, mails, consoles, JSON and CSV files, often with quotes, invisible characters and line breaks
that would make an existing id look unknown. Every search and every field for an id cleans its text here.
"""

import re
import unicodedata
from typing import Any

from django import forms

QUOTES = "\"'`´‘’‚‛“”„‟′″‹›«»「」『』〝〞〟＂＇｀｢｣"
"""Straight, typographic and CJK quotation marks. The apostrophe is also what a CSV file puts before a formula."""
AFTER_QUOTES = ",;，；"
"""What follows a closing quote where the text was copied out of JSON or CSV."""
INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode categories of control and format characters, the byte order mark and zero-width spaces among them."""
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""ASCII characters as Chinese input methods write them: ＴＲＵＣＫ＿０１１."""

_QUOTED_TO_THE_END = re.compile(rf"(?<=[{QUOTES}])[{AFTER_QUOTES}\s]+\Z")


def clean_pasted(text: str) -> str:
    """The words of a pasted text, with single spaces between them.

    Without invisible characters, and without quotes around it. A NUL stays, so that the form refuses the text.
    """
    visible = "".join(_visible(char) for char in text)
    before = None
    while before != visible:
        before = visible
        visible = _QUOTED_TO_THE_END.sub("", visible.strip()).strip(QUOTES)
    return " ".join(visible.split())


def clean_pasted_id(text: str) -> str:
    """The same for an id, which has no spaces: one that was cut by a line break is joined again."""
    return clean_pasted(text).replace(" ", "").translate(FULL_WIDTH)


def _visible(char: str) -> str:
    """The character; a space for one of any kind; nothing for one that cannot be seen."""
    if char.isspace():
        return " "
    return "" if char != "\0" and unicodedata.category(char) in INVISIBLE else char


class PastedField(forms.CharField):
    """Words to search for, or an id that is stored: a space within it is for the field's rules to refuse."""

    def to_python(self, value: Any) -> str:
        return clean_pasted(super().to_python(value) or "")


class IdField(forms.CharField):
    """An id that is looked up, such as a TaskId or a DeviceId."""

    def to_python(self, value: Any) -> str:
        return clean_pasted_id(super().to_python(value) or "")
