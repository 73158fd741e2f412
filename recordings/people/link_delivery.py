"""How a password link reaches its user: by e-mail, and on the page of the person who created it."""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.identity.password_links import link_of, valid_until
from recordings.models import User

log = structlog.get_logger(__name__)


class MailResult(StrEnum):
    """The result of sending the e-mail."""

    SENT = "sent"
    FAILED = "failed"
    NO_ADDRESS = "no_address"
    NO_SERVER = "no_server"


def mail_link(*, person: User, link: str) -> MailResult:
    """E-mail the link. A failure is a result, not an error: the admin can send the link in another way."""
    if not settings.MAILS:
        return MailResult.NO_SERVER
    if not person.email:
        return MailResult.NO_ADDRESS
    text = _(
        "With this link you choose your password for TRRO Admin. It works once, for three days:\n\n"
        "%(link)s\n\nYour user name: %(username)s\n"
    ) % {"link": link, "username": person.username}
    try:
        send_mail(_("Your password for TRRO Admin"), text, None, [person.email])
    except (OSError, smtplib.SMTPException) as error:
        log.warning("link_not_mailed", person=person.username, error=type(error).__name__)
        return MailResult.FAILED
    return MailResult.SENT


KEY = "shown_links"
VISIBLE_FOR = timedelta(hours=1)
MAX_SELECTED = 20
"""Links of one session that are shown at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleLink:
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
    """Stop showing this person's link."""
    kept = request.session.get(KEY, {})
    if kept.pop(str(person.pk), None):
        request.session[KEY] = kept


def visible_link(request: HttpRequest, person: User) -> VisibleLink | None:
    """The link that this session may show; None after an hour, or once it was used or replaced."""
    known = request.session.get(KEY, {}).get(str(person.pk))
    until = valid_until(person)
    if not known or until is None or person.invited_at is None:
        return None
    if known["made_at"] != person.invited_at.isoformat() or timezone.now() > person.invited_at + VISIBLE_FOR:
        return None
    return VisibleLink(link=link_of(person), until=until, mailed=known["mailed"])
