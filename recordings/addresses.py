"""The address of a request's client, for the log, the audit trail and the limits on sign-ins.

A client can send any X-Forwarded-For and X-Forwarded-Proto. They count only as far as TRUSTED_PROXIES wrote them.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)
UNIX = "unix"
"""In TRUSTED_PROXIES: the peers of a unix socket, which have no address."""
NONE = "none"
"""In TRUSTED_PROXIES, by itself: browsers reach gunicorn without a proxy."""
IGNORED = "addresses:ignored-proxy"
"""The cache's key of a peer that looks like a proxy and is not trusted: `check` and the log report it."""
IGNORED_SECONDS = 60 * 60
MAX_CHARACTERS = 64

origin: ContextVar[str] = ContextVar("origin", default="")
"""The address the current request came from, for audit entries; empty outside of requests."""

Handler = Callable[[HttpRequest], HttpResponse]


class ProxyMiddleware:
    """Accepts X-Forwarded-Proto only from a trusted proxy: any client can claim to have used TLS.

    With a proxy beside gunicorn that TRUSTED_PROXIES lacks, all browsers have one address. It is logged once an hour.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if not is_trusted(peer):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
            if "x-forwarded-for" in request.headers and is_local(peer):
                _report_untrusted_proxy(peer)
        return self.get_response(request)


class OriginMiddleware:
    """Remembers the address a request came from, for audit entries."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = origin.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            origin.reset(token)


def client_address(request: HttpRequest) -> str:
    """The client's address; empty for a unix socket whose peers are not trusted or name none."""
    address: str = request.META.get("REMOTE_ADDR", "")
    for hop in reversed(request.headers.get("x-forwarded-for", "").split(",")):
        if not is_trusted(address) or not hop.strip():
            break
        address = _without_port(hop.strip())
    return address[:MAX_CHARACTERS]


def is_trusted(peer: str) -> bool:
    """Whether TRUSTED_PROXIES lists this peer. An empty text is the peer of a unix socket."""
    trusted = tuple(settings.TRUSTED_PROXIES)
    if not peer:
        return UNIX in trusted
    address = _address(peer)
    return address is not None and any(address in network for network in _networks(trusted))


def is_local(peer: str) -> bool:
    """Whether the peer is on this machine: loopback, or a unix socket."""
    address = _address(peer)
    return not peer or (address is not None and address.is_loopback)


def unreadable_proxies() -> list[str]:
    """What TRUSTED_PROXIES lists that trusts no peer, such as a host name."""
    return [each for each in settings.TRUSTED_PROXIES if each not in {UNIX, NONE} and _network(each) is None]


def ignored_proxy() -> str | None:
    """A peer on this machine that sent X-Forwarded-For within the last hour and is not trusted; `unix` for a socket."""
    try:
        peer = cache.get(IGNORED)
    except Exception:  # whatever the cache's client raises
        return None
    return None if peer is None else str(peer)


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(network for each in proxies if (network := _network(each)) is not None)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _without_port(hop: str) -> str:
    """`1.2.3.4:5555` and `[2001:db8::1]:5555`, as some proxies write them, without the port."""
    host, _, port = hop.rpartition(":")
    is_bare = host.startswith("[") or host.count(".") == 3  # else the colon is one of an IPv6 address
    return (host if is_bare and port.isdecimal() else hop).strip("[]")


def _report_untrusted_proxy(peer: str) -> None:
    """Note that a proxy is not trusted; the first time in an hour with a line in the log. Never raises."""
    try:
        is_first = cache.add(IGNORED, peer or UNIX, IGNORED_SECONDS)
    except Exception:  # whatever the cache's client raises
        return
    if is_first:
        what = "All browsers count as one address: put this proxy into TRROADMIN_TRUSTED_PROXIES."
        log.warning("proxy_not_trusted", peer=peer or UNIX, what=what)
