"""Where a call may go: the allow-list of hosts, and the one proxy that may stand between.

A request carries the storage's secret key in its body, so a mistyped host is refused
before any connection.
"""

import base64
import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

# Matched against the whole name: `trro.tencentcloudapi.com.evil.example` and `eviltrro.…` do not fit. The
# middle label is a region such as `ap-guangzhou`, or `intl` or `internal`.
_VENDOR_HOST = re.compile(r"trro(\.[a-z0-9]+(-[a-z0-9]+)*)?\.tencentcloudapi\.com")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A host that calls may go to. `authority` is its name in the Host header and in the signature."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_tls(self) -> bool:
        return self.scheme == "https"

    @classmethod
    def parse(cls, text: str, *, allow_loopback: bool = False, extra_hosts: Collection[str] = ()) -> "Endpoint":
        """Read `trro.tencentcloudapi.com`, `https://…` or, where loopback is allowed, `http://127.0.0.1:PORT`.

        `extra_hosts` are further exact names, https only. Raises ValueError for anything that is not on the
        list.
        """
        parts = _split(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
        if parts.username is not None or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("an endpoint is a host, with nothing before or after it")
        if not (
            (_is_loopback(host) and allow_loopback and parts.scheme in _DEFAULT_PORTS)
            or (host in extra_hosts and parts.scheme == "https")
            or (_VENDOR_HOST.fullmatch(host) and parts.scheme == "https" and port == _DEFAULT_PORTS["https"])
        ):
            raise ValueError(f"calls may not go to {parts.scheme}://{host}:{port}")
        return cls(scheme=parts.scheme, host=host, port=port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy that tunnels with CONNECT; `authorization` is what its header of that name says."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> "Proxy":
        """Read `http://[user:password@]host:port`. Raises ValueError, which does not repeat the password."""
        parts = _split(text)
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("a proxy is http://[user:password@]host:port")
        authorization = ""
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            authorization = "Basic " + base64.b64encode(pair.encode()).decode()
        return cls(host=parts.hostname, port=parts.port or _DEFAULT_PORTS["http"], authorization=authorization)


def _split(url: str) -> SplitResult:
    # urlsplit drops tabs and newlines silently, and its errors repeat the text, which may hold a password.
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("an address holds printable ASCII only")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("an address that cannot be read") from None
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
