"""How many wrong passwords are checked: by address, by user name, by known browser, and in all.

A browser from which an account signed in before has a count of its own, kept by a cookie. So a flood of wrong passwords
for a user name, or from the address of an office, locks out only its sender. The cookie only names the account; it
grants no access. A new password, role or factor, and signing out everywhere, invalidate it as they end sessions.
Passkeys and single sign-on are not counted by account.

The keys are values that an attacker cannot choose: the client's address as `client_address` gives it (of IPv6
the first 64 bits, which one customer has to himself), the user name without letter case and spelling, and the account's
own cookie. Not the Host header, not a port.
"""

import secrets
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from recordings.addresses import client_address
from recordings.identity.allauth_internals import LimitUsage, consume_limits
from recordings.identity.user_names import user_named
from recordings.models import User, name_key

COOKIE = "known_for"
DAYS = 90
SALT = "recordings.identity.known_browsers"


def remember(response: HttpResponse, user: User) -> None:
    """Count this browser by itself for this account, until the account's sessions end."""
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
    """The key by which this browser counts for this account; empty if the account does not know the browser."""
    try:
        name, mark, version = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    user = user_named(username) if name == name_key(username) else None
    return str(mark) if user and constant_time_compare(str(version), _version_of(user)) else ""


def _version_of(user: User) -> str:
    """A value that changes when the account's sessions end, and reveals nothing of the password's hash."""
    return salted_hmac(SALT, user.get_session_auth_hash(), algorithm="sha256").hexdigest()


BY_ADDRESS = "10/m/key"
BY_NAME = "5/5m/key"
OVERALL = "100/5m/key"
"""Wrong passwords from browsers that no account knows. Known browsers, passkeys and single sign-on keep working."""
BY_KNOWN_BROWSER = "5/5m/key"


def count_guess(request: HttpRequest, username: str) -> LimitUsage | None:
    """Count one password for this name before it is checked; None after too many.

    `rollback` of the result takes a correct password off the counts again. A password that one limit refuses is not
    counted by the next, so neither one address nor one name can use up the overall limit.
    """
    name = name_key(username)
    if mark := known_as(request, username):
        limits = [(BY_KNOWN_BROWSER, f"browser {mark} {name}")]
    else:
        address = counted_address(request)
        limits = [(BY_ADDRESS, f"address {address}"), (BY_NAME, f"name {name}"), (OVERALL, "all")]
    return consume_limits(request, action="password", limits=limits)


def counted_address(request: HttpRequest) -> str:
    """The address under which a client is counted: IPv4 in full, also inside IPv6; of IPv6 the first 64 bits."""
    text = client_address(request)
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))
