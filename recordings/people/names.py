"""Which user names may be taken: the trail tells the program and people apart by them."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recordings.audit.usecases import SYSTEM
from recordings.showing import is_showable

REFUSED = re.compile(r"[^\w.@+-]+")
"""What Django's UnicodeUsernameValidator takes in no user name."""


def is_reserved(username: str) -> bool:
    """Whether this is the name under which the program itself stands in the trail, in any letter case."""
    return unicodedata.normalize("NFKC", username).casefold() == SYSTEM


def refuse_reserved(username: str) -> None:
    """Raise ValidationError for the program's own name."""
    if is_reserved(username):
        raise ValidationError(_("This user name is the program's own. Choose another one."))


def cleaned(text: str) -> str:
    """A name from elsewhere as a user name that our forms would take too; empty when nothing is left of it."""
    return REFUSED.sub("-", "".join(filter(is_showable, text)).strip()).strip("-")
