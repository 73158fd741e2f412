"""What is wrong with a callback, in the reader's language. It is stored as `trro/callback.py` writes it."""

from django.utils.translation import gettext, gettext_noop

WHOLE = {
    "the body is not JSON": gettext_noop("the body is not JSON"),
    "the body is not an object": gettext_noop("the body is not an object"),
    "the files are not a list": gettext_noop("the files are not a list"),
    "more files than can be true": gettext_noop("implausible number of files"),
    "a file's name is not a plain name": gettext_noop("a file's name is not a plain name"),
}
ABOUT_A_FIELD = {
    "is missing": gettext_noop("%(name)s is missing"),
    "is not a number": gettext_noop("%(name)s is not a number"),
    "has no known meaning": gettext_noop("%(name)s has no known meaning"),
    "is out of range": gettext_noop("%(name)s is out of range"),
    "is no time of our days": gettext_noop("%(name)s is not a plausible time"),
    "is not an object": gettext_noop("%(name)s is not an object"),
    "has not the form of an id": gettext_noop("%(name)s is not a valid ID"),
}


def translate_complaint(complaint: str) -> str:
    """A stored complaint as users read it. One that is not known here is returned as it is stored."""
    if complaint in WHOLE:
        return gettext(WHOLE[complaint])
    name, _space, problem = complaint.partition(" ")
    if problem in ABOUT_A_FIELD:
        return gettext(ABOUT_A_FIELD[problem]) % {"name": name}
    return complaint
