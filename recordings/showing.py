"""How text from elsewhere is shown: what cannot be seen, or turns the text around it, as its number.

A name with such characters can pass for another one. Forms refuse them (parameters.py), but names also come from the
vendor, and error messages from anybody. Ids are compared and copied, so they stay as they are.
"""

import unicodedata

UNSHOWABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that no name holds: control characters, halves of characters, line and paragraph breaks."""

TURNS_TEXT = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of the text around them."""


def is_showable(char: str) -> bool:
    """Whether a reader sees a character where it stands, and sees what stands beside it as it is."""
    return char not in TURNS_TEXT and unicodedata.category(char) not in UNSHOWABLE


def shown(text: str) -> str:
    r"""The text with every character that cannot be shown written as its number, such as \u202e."""
    return "".join(char if is_showable(char) else f"\\u{ord(char):04x}" for char in text)
