"""Which user names are allowed: the audit trail tells the system and its users apart by them.

Every new user name passes `accept_name`, which normalizes it before any check.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recordings.audit_log.record import SYSTEM
from recordings.models import LONGEST_NAME, User, name_key, normal_name
from recordings.text import is_showable

REFUSED = re.compile(r"[^\w.@+-]+")
"""What Django's UnicodeUsernameValidator accepts in no user name."""


def accept_name(text: str) -> str:
    """The name in the form in which it is stored.

    Raises ValidationError when its normal form is empty, has other characters, is too long, reserved or taken.
    """
    name = normal_name(text)
    if not name or REFUSED.search(name):
        raise ValidationError(_("Letters, digits and @ . + - _ only."))
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("A user name has at most 150 characters."))
    refuse_reserved(name)
    if user_named(name):
        raise ValidationError(_("User name already taken."))
    return name


def user_named(text: str) -> User | None:
    """The user who has this name, in any spelling."""
    return User.objects.filter(username_key=name_key(text)).first()


def is_reserved(username: str) -> bool:
    """Whether this is the name of the system in the audit trail, in any letter case."""
    return name_key(username) == SYSTEM


def refuse_reserved(username: str) -> None:
    """Raise ValidationError for the system's name."""
    if is_reserved(username):
        raise ValidationError(_("Reserved user name. Choose another one."))


def cleaned(text: str) -> str:
    """A provider's name as a user name that the forms accept too; empty if nothing is left of it."""
    return REFUSED.sub("-", "".join(filter(is_showable, normal_name(text))).strip()).strip("-")
