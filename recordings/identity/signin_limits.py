"""How many wrong passwords are evaluated: by address, by user name, by browser, and over all of them.

Everything is counted under what an attacker cannot choose: the client's address as `client_address` gives it (of IPv6
the first 64 bits, which one customer has to himself), the user name without letter case and spelling, and the account's
own cookie. Not the Host header, not a port.
"""

from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest

from recordings.addresses import client_address
from recordings.identity.allauth_internals import LimitUsage, consume_limits
from recordings.identity.known_browsers import known_as
from recordings.models import name_key

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
