"""What goes over the wire: one POST, signed as the vendor demands, with the parameters in its body alone."""

import hashlib
import hmac
import json
import re

import pytest

from recordings.trro.gateway import Account, Gateway
from tests.trro.conftest import Serve
from tests.trro.samples import GOOD_ANSWER, SECRET_KEY, STORAGE_SECRET_KEY, answering, gateway_to, start


def sent_head_and_body(serve: Serve) -> tuple[dict[str, str], bytes]:
    server = serve(answering(GOOD_ANSWER))
    gateway_to(server).call(start())
    head, _, content = server.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST / HTTP/1.1"
    return dict(line.split(": ", 1) for line in lines), content


def test_body_is_exactly_the_parameters(serve: Serve) -> None:
    headers, content = sent_head_and_body(serve)
    assert json.loads(content) == start().params()
    assert headers["Content-Type"] == "application/json"
    assert headers["X-TC-Action"] == "CreateCloudRecording"
    assert headers["X-TC-Version"] == "2022-03-25"
    assert headers["Accept-Encoding"] == "identity"
    assert "X-TC-Region" not in headers


def test_headers_hold_no_secret(serve: Serve) -> None:
    headers, _ = sent_head_and_body(serve)
    assert not any(secret in str(headers) for secret in (SECRET_KEY, STORAGE_SECRET_KEY))


def test_signature_is_the_one_the_vendor_computes(serve: Serve) -> None:
    """TC3-HMAC-SHA256, worked out again from the vendor's description."""
    headers, content = sent_head_and_body(serve)
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=AKIDexample/(\S+)/trro/tc3_request, "
        r"SignedHeaders=content-type;host, Signature=([0-9a-f]{64})",
        headers["Authorization"],
    )
    assert found
    date, signature = found.groups()
    signed = f"content-type:application/json\nhost:{headers['Host']}\n\ncontent-type;host"
    canonical = f"POST\n/\n\n{signed}\n{hashlib.sha256(content).hexdigest()}"
    scope = f"{date}/trro/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{headers['X-TC-Timestamp']}\n{scope}\n{digest}"
    key = f"TC3{SECRET_KEY}".encode()
    for part in (date, "trro", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    assert signature == hmac.digest(key, text.encode(), "sha256").hex()


@pytest.mark.parametrize(
    ("language", "vendors"), [("zh-hans", "zh-CN"), ("zh-CN", "zh-CN"), ("en", "en-US"), ("fr", "en-US")]
)
def test_region_and_language_are_the_accounts(serve: Serve, language: str, vendors: str) -> None:
    server = serve(answering(GOOD_ANSWER))
    account = Account(
        endpoint=server.url, region="ap-guangzhou", secret_id="AKID", secret_key=SECRET_KEY, language=language
    )
    Gateway(account, allow_loopback_http=True).call(start())
    assert b"\r\nX-TC-Region: ap-guangzhou\r\n" in server.requests[0]
    assert f"\r\nX-TC-Language: {vendors}\r\n".encode() in server.requests[0]
