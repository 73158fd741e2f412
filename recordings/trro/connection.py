"""Opens a connection: TCP, proxy tunnel, TLS: everything before the request.

A failure here means that nothing was started: `NeverSent`. The environment is ignored: no proxy
variables, no `.netrc`, no `SSL_CERT_FILE`, no `SSLKEYLOGFILE`.
"""

import functools
import socket
import ssl
from http.client import HTTPException, HTTPResponse

import certifi

from recordings.trro.deadline import Deadline, send_all
from recordings.trro.endpoint import Endpoint, Proxy
from recordings.trro.failures import AnswerLost, NeverSent
from recordings.trro.response_reader import Incoming
from recordings.trro.tcp import closed_on_failure, connect


@functools.cache
def tls_context(ca_file: str = "") -> ssl.SSLContext:
    """Checks certificates and host names, always. Made once, since reading the authorities takes 20 ms.

    Not `ssl.create_default_context`: that one writes session keys to the file named by `SSLKEYLOGFILE`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=ca_file or certifi.where())
    return context


def dial(endpoint: Endpoint, proxy: Proxy | None, tls: ssl.SSLContext | None, deadline: Deadline) -> socket.socket:
    """A socket that takes the first byte of a request. Raises NeverSent when the network fails."""
    try:
        sock = _connect_through(proxy, endpoint, deadline) if proxy else connect(endpoint.host, endpoint.port, deadline)
        return _secured(sock, tls, endpoint.host, deadline) if tls else sock
    except OSError as error:
        raise _never_sent(error, endpoint.authority) from None


def _secured(sock: socket.socket, tls: ssl.SSLContext, host: str, deadline: Deadline) -> ssl.SSLSocket:
    with closed_on_failure(sock):
        secure = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    with closed_on_failure(secure):
        # This timeout covers all reads and writes of the handshake together.
        secure.settimeout(deadline.remaining())
        secure.do_handshake()
    return secure


def _connect_through(proxy: Proxy, endpoint: Endpoint, deadline: Deadline) -> socket.socket:
    try:
        sock = connect(proxy.host, proxy.port, deadline)
        with closed_on_failure(sock):
            status = _ask_for_tunnel(sock, proxy, endpoint, deadline)
    except (OSError, HTTPException, AnswerLost) as error:
        raise _no_tunnel(proxy, type(error).__name__) from None
    if status != 200:
        sock.close()
        raise _no_tunnel(proxy, f"HTTP {status}")
    return sock


def _no_tunnel(proxy: Proxy, reason: str) -> NeverSent:
    message = f"the proxy {proxy.host}:{proxy.port} opened no tunnel: {reason}"
    return NeverSent("NetworkError.ProxyFailed", message, repeatable=True)


def _ask_for_tunnel(sock: socket.socket, proxy: Proxy, endpoint: Endpoint, deadline: Deadline) -> int:
    """The status of the proxy's response."""
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    lines = [f"CONNECT {host}:{endpoint.port} HTTP/1.1", f"Host: {host}:{endpoint.port}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    send_all(sock, "".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii"), deadline)
    response = HTTPResponse(Incoming(sock, deadline), method="CONNECT")  # type: ignore[arg-type]
    response.begin()
    return response.status


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
