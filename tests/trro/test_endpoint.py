"""Calls go to the vendor's hosts and nowhere else."""

from types import SimpleNamespace

import pytest

from recordings.trro.deadline import Deadline
from recordings.trro.endpoint import Endpoint
from recordings.trro.failures import NeverSent
from recordings.trro.gateway import Account, Gateway
from recordings.trro.pool import Pool
from recordings.trro.transport import Exchange
from tests.trro.conftest import Serve
from tests.trro.samples import GOOD_ANSWER, account, answering


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("trro.tencentcloudapi.com", "trro.tencentcloudapi.com"),
        ("https://trro.tencentcloudapi.com/", "trro.tencentcloudapi.com"),
        ("TRRO.TencentCloudAPI.com:443", "trro.tencentcloudapi.com"),
        ("trro.intl.tencentcloudapi.com", "trro.intl.tencentcloudapi.com"),
        ("trro.ap-guangzhou.tencentcloudapi.com", "trro.ap-guangzhou.tencentcloudapi.com"),
        ("trro.ap-shanghai-fsi.tencentcloudapi.com", "trro.ap-shanghai-fsi.tencentcloudapi.com"),
    ],
)
def test_vendors_hosts_are_allowed(text: str, authority: str) -> None:
    endpoint = Endpoint.parse(text)
    assert (endpoint.scheme, endpoint.port, endpoint.authority) == ("https", 443, authority)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "example.com",
        "eviltrro.tencentcloudapi.com",
        "trro.tencentcloudapi.com.evil.example",
        "trro.tencentcloudapi.com.",
        "trro.a.b.tencentcloudapi.com",
        "trro..tencentcloudapi.com",
        "trro.-a.tencentcloudapi.com",
        "trro-tencentcloudapi.com",
        "trro.tencentcloudapi.comx",
        "cvm.tencentcloudapi.com",
        "tencentcloudapi.com",
        "http://trro.tencentcloudapi.com",
        "ftp://trro.tencentcloudapi.com",
        "trro.tencentcloudapi.com:8443",
        "trro.tencentcloudapi.com:port",
        "trro.tencentcloudapi.com:99999",
        "trro.tencentcloudapi.com/path",
        "trro.tencentcloudapi.com?query",
        "trro.tencentcloudapi.com#fragment",
        "trro.tencentcloudapi.com\n",
        "trro.tencentcloudapi.com evil.example",
        "trro.tencentcloudapi.com\\@evil.example",
        "somebody@trro.tencentcloudapi.com",
        "https://trro.tencentcloudapi.com:443@evil.example",
        "https://trro.tencentcloudapi。com",
        "https://[::1",
        "http://127.0.0.1:8000",
        "https://127.0.0.1:8000",
        "http://localhost:8000",
    ],
)
def test_no_other_host_is(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|endpoint|may not go"):
        Endpoint.parse(text)
    with pytest.raises(ValueError, match=r"address|endpoint|may not go"):
        Gateway(account(text))


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8000", "https://127.0.0.1:8000", "http://localhost:80", "http://[::1]:8000"]
)
def test_loopback_is_allowed_when_requested(text: str) -> None:
    endpoint = Endpoint.parse(text, allow_loopback=True)
    assert text.removesuffix(":80") == f"{endpoint.scheme}://{endpoint.authority}"


@pytest.mark.parametrize(
    "text", ["http://10.0.0.1:80", "http://127.0.0.1.evil.example", "http://0.0.0.0:80", "http://a"]
)
def test_allowing_loopback_allows_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="may not go"):
        Endpoint.parse(text, allow_loopback=True)


def test_call_for_another_host_than_the_accounts_is_not_sent(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    endpoint = Endpoint.parse(server.url, allow_loopback=True)
    exchange = Exchange(endpoint, Pool(endpoint, None, None), Deadline(5))
    elsewhere = SimpleNamespace(host="evil.example", method="POST", uri="/", header={}, data="{}")
    with pytest.raises(NeverSent) as failure:
        exchange.send_request(elsewhere)
    assert failure.value.code == "ClientError.HostNotAllowed"
    assert (server.connections, exchange.sent) == (0, False)


def test_parameters_never_travel_in_a_url(serve: Serve) -> None:
    server = serve(answering(GOOD_ANSWER))
    endpoint = Endpoint.parse(server.url, allow_loopback=True)
    exchange = Exchange(endpoint, Pool(endpoint, None, None), Deadline(5))
    get = SimpleNamespace(host=endpoint.authority, method="GET", uri="/", header={}, data="SecretKey=a")
    with pytest.raises(NeverSent):
        exchange.send_request(get)
    assert server.connections == 0


@pytest.mark.parametrize("changes", [{"secret_id": ""}, {"secret_key": ""}, {"secret_key": " CANARY "}])
def test_account_without_a_usable_key_is_an_error_without_the_key(changes: dict[str, str]) -> None:
    settings = {"secret_id": "AKIDexample", "secret_key": "key", **changes}
    with pytest.raises(ValueError, match=r"^(?!.*CANARY)"):
        Gateway(Account(endpoint="trro.tencentcloudapi.com", region="", **settings))


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_deadline_is_above_zero_and_finite(seconds: float) -> None:
    with pytest.raises(ValueError, match="deadline"):
        Gateway(account("trro.tencentcloudapi.com"), deadline_seconds=seconds)
