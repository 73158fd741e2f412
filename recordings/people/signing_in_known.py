"""Browsers an account was signed in from before: they have a count of wrong passwords of their own.

So a flood of wrong passwords for somebody's name, or from the address of their office, locks out whoever sends it. The
person goes on signing in from their own browser, and from a new one with a passkey or through single sign-on, which
are not counted by account. The cookie only names the account it counts for; it opens nothing.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "known_for"
DAYS = 90
KNOWN_LIMIT = "5/5m/key"
SALT = "recordings.people.signing_in_known"


def remember(response: HttpResponse, username: str) -> None:
    """Let this browser count by itself for this account from now on."""
    response.set_cookie(
        COOKIE,
        signing.dumps([username.lower(), secrets.token_urlsafe(12)], salt=SALT),
        max_age=DAYS * 24 * 60 * 60,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_as(request: HttpRequest, username: str) -> str:
    """What this browser counts under for this account; empty when the account was never signed in from it."""
    try:
        name, mark = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return str(mark) if name == username.lower() else ""
