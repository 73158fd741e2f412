"""Links to set a password once: for invited users, and for users who lost theirs.

The code follows the # of the address, which browsers never send: it is in no log and in no Referer.
"""

from datetime import UTC, datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from recordings.audit_log.record import record_audit
from recordings.identity.sessions import end_sessions
from recordings.models import User

LONGEST_PK = 18
"""Digits that always fit a 64-bit key."""


class LinkInvalid(Exception):
    """The link was used or replaced, has expired, or never existed."""


class LinkTokens(PasswordResetTokenGenerator):
    """Django's tokens: ended by a new password, a newer link and disabling, but not by a sign-in with the old one."""

    key_salt = "recordings.identity.password_links"

    def make_token(self, user: User) -> str:
        """The same token for the same `invited_at`; the token itself is not stored."""
        assert user.invited_at is not None  # noqa: S101
        made_at = user.invited_at.astimezone(UTC).replace(tzinfo=None)
        return self._make_token_with_timestamp(user, self._num_seconds(made_at), self.secret)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk} {user.password} {timestamp} {user.invited_at} {user.is_active}"

    def _now(self) -> datetime:
        return timezone.now().replace(tzinfo=None)  # Django's is local time, which summer time sets back


tokens = LinkTokens()


def make_link(person: User) -> str:
    """A new link for this user; earlier ones stop working. In the caller's transaction."""
    person.invited_at = timezone.now()
    person.save(update_fields=["invited_at"])
    return link_of(person)


def link_of(person: User) -> str:
    """The latest link of an invited user, computed again."""
    return f"{settings.PUBLIC_URL}{reverse('choose_password')}#{person.pk}-{tokens.make_token(person)}"


def valid_until(person: User) -> datetime | None:
    """Until when the latest link is valid; None if there is no valid link."""
    if person.invited_at is None or not person.is_active:
        return None
    until = person.invited_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return until if until > timezone.now() else None


def person_of(code: str) -> User | None:
    """The user whose password this code sets; None if it is invalid."""
    pk, _, token = code.strip().partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) <= LONGEST_PK):
        return None
    found = User.objects.filter(pk=int(pk), is_active=True).exclude(invited_at=None).first()
    if found is None or not tokens.check_token(found, token):
        return None
    return None if SocialAccount.objects.filter(user=found).exists() else found


def choose_password(*, code: str, password: str) -> User:
    """Set the password of the code's user and end their sessions; the code works once. Raises LinkInvalid.

    Of two requests with the same code at the same moment, one is refused.
    """
    person = person_of(code)
    if person is None:
        raise LinkInvalid
    hashed = make_password(password)  # slow on purpose, so before anything is locked
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        person = person_of(code)
        if person is None:
            raise LinkInvalid
        person.password, person.invited_at = hashed, None
        person.save(update_fields=["password", "invited_at"])
        end_sessions(person)
        record_audit(actor=person, action="password.chosen", target=person)
    return person
