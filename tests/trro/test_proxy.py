"""A proxy from the settings tunnels; whatever fails before the tunnel stands is refused."""

import base64
import socket
import threading

import pytest

from recordings.trro.endpoint import Proxy
from tests.trro.certificates import Authority
from tests.trro.conftest import Serve
from tests.trro.faulty import FaultyServer, Script, Visit
from tests.trro.samples import DEADLINE, GOOD_ANSWER, answering, assert_never_sent, gateway_to, kind_and_code, start


def tunnelling(server: FaultyServer) -> Script:
    """Opens the tunnel that is asked for, always to `server`."""

    def script(visit: Visit) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += visit.sock.recv(4096)
        visit.server.requests.append(asked)
        visit.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", server.port)) as far:
            threading.Thread(target=pump, args=(far, visit.sock), daemon=True).start()
            pump(visit.sock, far)

    return script


def pump(near: socket.socket, far: socket.socket) -> None:
    while piece := near.recv(65536):
        far.sendall(piece)


def test_call_goes_through_the_proxy_of_the_settings(serve: Serve, authority: Authority) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server())
    proxy = serve(tunnelling(server))
    gateway = gateway_to(server, ca_file=authority.ca_file, proxy=f"http://127.0.0.1:{proxy.port}")
    assert kind_and_code(gateway.call(start())) == ("Accepted", "")
    assert kind_and_code(gateway.call(start())) == ("Accepted", "")
    assert len(proxy.requests) == 1
    assert proxy.requests[0].startswith(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\n" % server.port)
    assert b"Authorization" not in proxy.requests[0]


def test_proxy_gets_its_password_and_nothing_of_the_call(serve: Serve, authority: Authority) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server())
    proxy = serve(tunnelling(server))
    url = f"http://somebody:pass%3Aword@127.0.0.1:{proxy.port}"
    gateway_to(server, ca_file=authority.ca_file, proxy=url).call(start())
    pair = base64.b64encode(b"somebody:pass:word")
    assert b"\r\nProxy-Authorization: Basic " + pair + b"\r\n" in proxy.requests[0]
    assert b"AKIDexample" not in proxy.requests[0]
    assert b"Proxy-Authorization" not in server.requests[0]


def closing(visit: Visit) -> None:
    visit.sock.recv(4096)


def resetting(visit: Visit) -> None:
    visit.sock.recv(4096)
    visit.reset()


def hanging(visit: Visit) -> None:
    visit.wait_until_client_goes()


def refusing(visit: Visit) -> None:
    visit.sock.recv(4096)
    visit.send(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")


def babbling(visit: Visit) -> None:
    visit.sock.recv(4096)
    visit.send(b"220 mail ready\r\n")


@pytest.mark.parametrize("script", [closing, resetting, hanging, refusing, babbling])
def test_proxy_that_opens_no_tunnel_is_refused(serve: Serve, authority: Authority, script: Script) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server())
    proxy = serve(script)
    url = f"http://somebody:CANARY@127.0.0.1:{proxy.port}"
    outcome = gateway_to(server, proxy=url, deadline_seconds=DEADLINE).call(start())
    assert_never_sent(outcome, "NetworkError.ProxyFailed")
    assert "CANARY" not in repr(outcome)
    assert server.connections == 0


def test_proxy_that_is_not_there_is_refused(serve: Serve, authority: Authority) -> None:
    server = serve(answering(GOOD_ANSWER), authority.server())
    proxy = serve(closing)
    proxy.close()
    outcome = gateway_to(server, proxy=f"http://127.0.0.1:{proxy.port}").call(start())
    assert_never_sent(outcome, "NetworkError.ProxyFailed")


def test_plain_http_to_loopback_does_not_use_the_proxy(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    proxy = serve(closing)
    outcome = gateway_to(server, proxy=f"http://127.0.0.1:{proxy.port}").call(start())
    assert kind_and_code(outcome) == ("Accepted", "")
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "text",
    [
        "proxy:3128",
        "socks5://proxy:1080",
        "https://proxy",
        "http://",
        "http://u:CANARY@proxy:port",
        "http://p/x",
    ],
)
def test_proxy_that_cannot_be_used_is_an_error_without_its_password(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*CANARY)"):
        Proxy.parse(text)


def test_proxy_does_not_show_its_password() -> None:
    proxy = Proxy.parse("http://somebody:CANARY@proxy.example")
    assert (proxy.host, proxy.port) == ("proxy.example", 80)
    assert base64.b64encode(b"somebody:CANARY").decode() not in repr(proxy)
