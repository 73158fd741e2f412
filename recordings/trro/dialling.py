"""Opening a connection: name, TCP, tunnel through the proxy, TLS: all that precedes the request.

So whatever fails here started nothing, and comes out as `NeverSent`. The environment has no say: no proxy
variables, no `.netrc`, no `SSL_CERT_FILE`, no `SSLKEYLOGFILE`.
"""

import functools
import queue
import socket
import ssl
import threading
from http.client import HTTPException, HTTPResponse
from typing import Any

import certifi

from .deadline import Deadline, send_all
from .endpoint import Endpoint, Proxy
from .failures import AnswerLost, NeverSent
from .incoming import Incoming

Address = tuple[Any, ...]
Resolved = tuple[socket.AddressFamily, Address]


@functools.cache
def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """Checks certificates and host names, always. Made once, since reading the authorities takes 20 ms.

    Not `ssl.create_default_context`: that one writes session keys to the file named by `SSLKEYLOGFILE`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file or certifi.where())
    return context


def dial(
    endpoint: Endpoint, proxy: Proxy | None, tls: ssl.SSLContext | None, deadline: Deadline
) -> socket.socket:
    """A socket that takes the first byte of a request. Raises NeverSent when the network fails."""
    sock = _through(proxy, endpoint, deadline) if proxy else _direct(endpoint, deadline)
    if tls is None:
        return sock
    try:
        # The handshake's timeout covers all of its reads and writes together.
        secure = tls.wrap_socket(sock, server_hostname=endpoint.host, do_handshake_on_connect=False)
    except BaseException:
        sock.close()
        raise
    try:
        secure.settimeout(deadline.remaining())
        secure.do_handshake()
    except OSError as error:
        secure.close()
        raise _never_sent(error, endpoint.authority) from None
    except BaseException:
        secure.close()
        raise
    return secure


def _direct(endpoint: Endpoint, deadline: Deadline) -> socket.socket:
    try:
        return _connect(endpoint.host, endpoint.port, deadline)
    except OSError as error:
        raise _never_sent(error, endpoint.authority) from None


def _through(proxy: Proxy, endpoint: Endpoint, deadline: Deadline) -> socket.socket:
    try:
        sock = _connect(proxy.host, proxy.port, deadline)
        try:
            _open_tunnel(sock, proxy, endpoint, deadline)
        except BaseException:
            sock.close()
            raise
    except (OSError, HTTPException, AnswerLost) as error:
        reason = error.message if isinstance(error, AnswerLost) else type(error).__name__
        message = f"the proxy {proxy.host}:{proxy.port} gave no tunnel: {reason}"
        raise NeverSent("NetworkError.ProxyFailed", message, repeatable=True) from None
    return sock


def _open_tunnel(sock: socket.socket, proxy: Proxy, endpoint: Endpoint, deadline: Deadline) -> None:
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    lines = [f"CONNECT {host}:{endpoint.port} HTTP/1.1", f"Host: {host}:{endpoint.port}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    send_all(sock, "".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii"), deadline)
    response = HTTPResponse(Incoming(sock, deadline), method="CONNECT")  # type: ignore[arg-type]
    response.begin()
    if response.status != 200:
        raise HTTPException(response.status)


def _connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A TCP connection to the first address that takes one. Raises OSError."""
    addresses = _resolve(host, port, deadline)
    failure: OSError = socket.gaierror(socket.EAI_NONAME, "the name has no address")
    for waiting, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            # A share each: an address that swallows packets must not eat the time of one that would answer.
            sock.settimeout(deadline.remaining() / waiting)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure


def _resolve(host: str, port: int, deadline: Deadline) -> list[Resolved]:
    """The host's addresses. Raises OSError.

    `getaddrinfo` cannot be given a timeout, so it runs in a thread that is left behind when the deadline
    passes; the system's own resolver timeout ends that thread.
    """
    found: queue.SimpleQueue[list[Resolved] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([(family, address) for family, _, _, _, address in answers])
        except OSError as error:
            found.put(error)

    threading.Thread(target=look_up, daemon=True, name="trro-resolve").start()
    try:
        answer = found.get(timeout=deadline.remaining())
    except queue.Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "no answer from the resolver before the deadline") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _never_sent(error: OSError, where: str) -> NeverSent:
    reason: str | None
    match error:
        case ssl.SSLCertVerificationError():
            code, reason = "NetworkError.CertificateRejected", error.verify_message
        case ssl.SSLError():
            code, reason = "NetworkError.TlsFailed", error.reason
        case socket.gaierror():
            code, reason = "NetworkError.NameNotResolved", error.strerror
        case TimeoutError():
            code, reason = "NetworkError.ConnectTimeout", "no connection before the deadline"
        case ConnectionRefusedError():
            code, reason = "NetworkError.ConnectRefused", error.strerror
        case _:
            code, reason = "NetworkError.ConnectFailed", error.strerror
    return NeverSent(code, f"{where}: {reason}", repeatable=code != "NetworkError.CertificateRejected")
