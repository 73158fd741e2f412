"""How text from elsewhere is shown: what cannot be seen, or turns the text around it, as its number.

A name with such characters can pass for another one. Forms refuse them (parameters.py), but names also come from the
vendor, and error messages from anybody. Ids are compared and copied, so they stay as they are.
"""

import re
import unicodedata
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

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


_HIDDEN = re.compile(
    "[" + "".join(chr(code) for code in range(0x10000) if code != ord("\n") and not is_showable(chr(code))) + "]"
)
"""What no page holds as it is. A page's own lines end in a line feed, and nothing else of it is in here."""


class ShowingMiddleware:
    """Writes out hidden characters in every page, wherever in it they stand, so that no template can forget to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode(response.charset)
            if _HIDDEN.search(page):
                response.content = _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", page)
        return response
