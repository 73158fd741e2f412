"""Sends the link to the person it is for, where a mail server is configured. After the transaction, never in it."""

import smtplib
from enum import StrEnum

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from recordings.models import User

log = structlog.get_logger(__name__)


class Mailed(StrEnum):
    """What became of the letter."""

    SENT = "sent"
    FAILED = "failed"
    NO_ADDRESS = "no_address"
    NO_SERVER = "no_server"


def mail_link(*, person: User, link: str) -> Mailed:
    """Send the link; that it could not be sent is an answer, not an error: the admin can hand it over."""
    if not settings.MAILS:
        return Mailed.NO_SERVER
    if not person.email:
        return Mailed.NO_ADDRESS
    text = _(
        "With this link you choose your password for TRRO Admin. It works once, for three days:\n\n"
        "%(link)s\n\nYour user name: %(username)s\n"
    ) % {"link": link, "username": person.username}
    try:
        send_mail(_("Your password for TRRO Admin"), text, None, [person.email])
    except (OSError, smtplib.SMTPException) as error:
        log.warning("link_not_mailed", person=person.username, error=type(error).__name__)
        return Mailed.FAILED
    return Mailed.SENT
