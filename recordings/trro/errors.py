"""What an error code means, who should act, and what to do, in English and in Simplified Chinese."""

import re
from dataclasses import dataclass

from recordings.trro.catalogue import CATALOGUE
from recordings.trro.catalogue.entry import Text, Who, is_chinese

__all__ = ["Explanation", "Who", "explain", "is_listed"]

# The status is part of the code, so that the history can be filtered by it; one entry explains them all.
_STATUS = re.compile(r"AnswerLost\.Status\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a page shows about a code. Texts are ours and plain; the vendor's message is shown beside them."""

    code: str
    title: str
    meaning: str
    who: Who
    action: str
    started_nothing: bool
    """Whether the code means that certainly nothing was started. Not one that is not known here."""


def explain(code: str, language: str) -> Explanation:
    """What `code` means, in Chinese for a language `zh…`, else in English. Never raises.

    A code with a suffix that is not listed is explained by the part before the dot, and says so; a code that
    is not known at all says that.
    """
    if entry := CATALOGUE.get("AnswerLost.Status" if _STATUS.fullmatch(code) else code):
        text = entry.text(language)
        return _explanation(code, entry.who, text, text.meaning, started_nothing=entry.started_nothing)
    family, _, suffix = code.partition(".")
    if entry := CATALOGUE.get(family):
        text = entry.text(language)
        meaning = text.meaning + _unlisted(suffix, language)
        return _explanation(code, entry.who, text, meaning, started_nothing=entry.started_nothing)
    text = _UNKNOWN_ZH if is_chinese(language) else _UNKNOWN
    return _explanation(code, Who.VENDOR_SUPPORT, text, text.meaning, started_nothing=False)


def is_listed(code: str) -> bool:
    """Whether the catalogue explains exactly this code."""
    return code in CATALOGUE or _STATUS.fullmatch(code) is not None


def _explanation(code: str, who: Who, text: Text, meaning: str, *, started_nothing: bool) -> Explanation:
    return Explanation(
        code=code, title=text.title, meaning=meaning, who=who, action=text.action, started_nothing=started_nothing
    )


def _unlisted(suffix: str, language: str) -> str:
    if is_chinese(language):
        return f"（后缀“{suffix}”未收录，请参阅腾讯云返回的信息。）"
    return f' (The suffix "{suffix}" is not known here; the message that came with it may say more.)'


_UNKNOWN = Text(
    "Code not known here",
    "This code is in none of the lists that this system was made with, so its meaning is not known here. "
    "Whether something may be running is told by the recording's state, not by this code.",
    "Read the message that came with it. If it does not help, give code and RequestId to the vendor's support.",
)
_UNKNOWN_ZH = Text(
    "未收录的错误码",
    "该错误码不在本系统收录的列表中，含义不明。是否可能有录制在进行，请以录制状态为准，而不是此错误码。",
    "请阅读随错误码返回的信息；若仍不清楚，请将错误码和 RequestId 提供给腾讯云技术支持。",
)
