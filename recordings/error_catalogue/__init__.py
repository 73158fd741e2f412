"""What an error code means, who resolves it and how, in the active language.

The vendor's codes come from its public documents and the SDK's `errorcodes.py`; `NetworkError.*`,
`ClientError.*`, `AnswerLost.*` and `ProcessLost` are our own. One module per family of codes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recordings.error_catalogue import (
    access,
    limits,
    malformed_response,
    network,
    no_response,
    other_functions,
    parameters,
    service,
    storage,
)
from recordings.error_catalogue.entry import Entry, Owner

__all__ = ["CATALOGUE", "FAMILIES", "Explanation", "Owner", "explain", "is_listed"]

FAMILIES = (
    access,
    limits,
    malformed_response,
    network,
    no_response,
    other_functions,
    parameters,
    service,
    storage,
)
CATALOGUE: Mapping[str, Entry] = {entry.code: entry for family in FAMILIES for entry in family.ENTRIES}

# The status is part of the code, so that the history can be filtered by it; one entry explains them all.
_STATUS = re.compile(r"AnswerLost\.Status\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a page shows about a code. These texts are ours; the vendor's message is shown beside them."""

    code: str
    title: str
    meaning: str
    owner: Owner
    action: str
    started_nothing: bool
    """Whether the code means that certainly nothing was started. False for a code that is not listed."""


def explain(code: str) -> Explanation:
    """What `code` means, in the active language. Never raises.

    A code with an unlisted suffix is explained by the part before the dot, and the text says so. The text
    for an unlisted code says that the code is not listed.
    """
    if entry := CATALOGUE.get("AnswerLost.Status" if _STATUS.fullmatch(code) else code):
        return _explanation(code, entry)
    family, _dot, suffix = code.partition(".")
    if entry := CATALOGUE.get(family):
        note = _('The suffix "%(suffix)s" is not listed; see the message from Tencent Cloud.') % {"suffix": suffix}
        return _explanation(code, entry, note=_bracket(note))
    return Explanation(
        code=code,
        title=_("Unlisted error code"),
        meaning=_(
            "This error code is not in the catalogue, so its meaning is unknown here. The recording's state, "
            "not this code, shows whether it may be running."
        ),
        owner=Owner.VENDOR_SUPPORT,
        action=_("Read the message. If it does not help, give code and RequestId to Tencent Cloud support."),
        started_nothing=False,
    )


def is_listed(code: str) -> bool:
    """Whether the catalogue explains exactly this code."""
    return code in CATALOGUE or _STATUS.fullmatch(code) is not None


def _explanation(code: str, entry: Entry, *, note: str = "") -> Explanation:
    return Explanation(
        code=code,
        title=str(entry.title),
        meaning=f"{entry.meaning}{note}",
        owner=entry.owner,
        action=_join(entry.action),
        started_nothing=entry.started_nothing,
    )


def _join(sentences: tuple[str | Promise, ...]) -> str:
    """Sentences as one text: Chinese sentences follow each other without a space."""
    return ("" if _is_chinese() else " ").join(str(sentence) for sentence in sentences)


def _bracket(note: str) -> str:
    return f"（{note}）" if _is_chinese() else f" ({note})"


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
