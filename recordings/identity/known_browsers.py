"""Browsers an account was signed in from before: they have a count of wrong passwords of their own.

So a flood of wrong passwords for a user name, or from the address of an office, locks out only its sender. The user
goes on signing in from their own browser, and from a new one with a passkey or through single sign-on, which are not
counted by account. The cookie only names the account it counts for; it opens nothing. A new password, role or factor,
and signing out everywhere, end it as they end sessions.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from recordings.identity.user_names import user_named
from recordings.models import User, name_key

COOKIE = "known_for"
DAYS = 90
SALT = "recordings.identity.known_browsers"


def remember(response: HttpResponse, user: User) -> None:
    """Let this browser count by itself for this account, until the account's sessions are ended."""
    response.set_cookie(
        COOKIE,
        signing.dumps([name_key(user.username), secrets.token_urlsafe(12), _version_of(user)], salt=SALT),
        max_age=DAYS * 24 * 60 * 60,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_as(request: HttpRequest, username: str) -> str:
    """What this browser counts under for this account; empty when the account does not know it, or not any more."""
    try:
        name, mark, version = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    user = user_named(username) if name == name_key(username) else None
    return str(mark) if user and constant_time_compare(str(version), _version_of(user)) else ""


def _version_of(user: User) -> str:
    """What changes whenever the account's sessions are ended, and tells nothing of the password's hash."""
    return salted_hmac(SALT, user.get_session_auth_hash(), algorithm="sha256").hexdigest()
