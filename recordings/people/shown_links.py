"""Which links to choose a password a session may still show: those made in it, until Done, or for an hour.

The session holds no link, only whose it is and when it was made: the link is worked out again each time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from recordings.identity.password_links import link_of, valid_until
from recordings.models import User

KEY = "shown_links"
SHOWN_FOR = timedelta(hours=1)
MAX_SELECTED = 20
"""Links of one session that are shown at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """A link on the page of the person it is for."""

    link: str
    until: datetime
    mailed: str


def remember(request: HttpRequest, person: User, *, mailed: str) -> None:
    """Let this session show the link that was just made for `person`."""
    assert person.invited_at is not None  # noqa: S101
    kept = dict(list(request.session.get(KEY, {}).items())[-MAX_SELECTED + 1 :])
    kept.pop(str(person.pk), None)
    request.session[KEY] = kept | {str(person.pk): {"made_at": person.invited_at.isoformat(), "mailed": mailed}}


def forget(request: HttpRequest, person: User) -> None:
    """Show this person's link no more."""
    kept = request.session.get(KEY, {})
    if kept.pop(str(person.pk), None):
        request.session[KEY] = kept


def shown_link(request: HttpRequest, person: User) -> ShownLink | None:
    """The link that this session may show; None after an hour, and when it was used or replaced."""
    known = request.session.get(KEY, {}).get(str(person.pk))
    until = valid_until(person)
    if not known or until is None or person.invited_at is None:
        return None
    if known["made_at"] != person.invited_at.isoformat() or timezone.now() > person.invited_at + SHOWN_FOR:
        return None
    return ShownLink(link=link_of(person), until=until, mailed=known["mailed"])
