"""How many wrong passwords are evaluated: by address, by user name, by browser, and over all of them.

Everything is counted under what an attacker cannot choose: the client's address as `client_address` gives it (of IPv6
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


BY_ADDRESS = "10/m/key"
BY_NAME = "5/5m/key"
OVERALL = "100/5m/key"
"""Wrong passwords from browsers that no account knows. Known browsers, passkeys and single sign-on go on meanwhile."""
BY_KNOWN_BROWSER = "5/5m/key"


def count_guess(request: HttpRequest, username: str) -> LimitUsage | None:
    """Count one password for this name before it is evaluated; None when there were too many.

    `rollback` of what is returned takes a right one off the counts again. What one limit refuses is not counted by
    the next, so neither one address nor one name can use up the limit of all.
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
