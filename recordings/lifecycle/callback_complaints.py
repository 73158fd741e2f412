"""What made no sense in a callback, in the reader's language. It is stored in English: see `trro/callback.py`."""

from django.utils.translation import gettext, gettext_noop

WHOLE = frozenset(
    {
        gettext_noop("the body is not JSON"),
        gettext_noop("the body is not an object"),
        gettext_noop("the files are not a list"),
        gettext_noop("more files than can be true"),
        gettext_noop("a file's name is not a plain name"),
    }
)
ABOUT_A_FIELD = {
    "is missing": gettext_noop("%(name)s is missing"),
    "is not a number": gettext_noop("%(name)s is not a number"),
    "has no known meaning": gettext_noop("%(name)s has no known meaning"),
    "is out of range": gettext_noop("%(name)s is out of range"),
    "is no time of our days": gettext_noop("%(name)s is no time of our days"),
    "is not an object": gettext_noop("%(name)s is not an object"),
    "has not the form of an id": gettext_noop("%(name)s has not the form of an id"),
}


def translate_complaint(complaint: str) -> str:
    """A stored complaint as people read it; one that is not known here as it is stored."""
    if complaint in WHOLE:
        return gettext(complaint)
    name, _space, wrong = complaint.partition(" ")
    if wrong in ABOUT_A_FIELD:
        return gettext(ABOUT_A_FIELD[wrong]) % {"name": name}
    return complaint
