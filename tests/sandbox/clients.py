"""Two ways to call a sandbox: the vendor's SDK as it is, and a raw client that sees what the SDK hides."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.sign import Sign
from tencentcloud.trro.v20220325 import models
from tencentcloud.trro.v20220325.trro_client import TrroClient

from recordings.sandbox import Sandbox
from recordings.sandbox.fleet import ACCOUNT, MINE, STORAGE

SIGNED_HEADERS = "content-type;host"


def sdk(
    sandbox: Sandbox,
    *,
    secret_id: str = ACCOUNT.secret_id,
    secret_key: str = ACCOUNT.secret_key,
    timeout: float = 2,
) -> TrroClient:
    """The vendor's client, pointed at the sandbox."""
    http_profile = HttpProfile(protocol="http", endpoint=sandbox.endpoint, reqTimeout=timeout)
    return TrroClient(credential.Credential(secret_id, secret_key), "", ClientProfile(httpProfile=http_profile))


def start_parameters(*, storage: dict[str, object] | None = None, **changed: object) -> dict[str, object]:
    """A start that is right in everything, but for what is changed; None takes a parameter away."""
    cloud_storage = {
        "Vendor": STORAGE.vendor,
        "Region": STORAGE.region,
        "Bucket": STORAGE.bucket,
        "AccessKey": STORAGE.access_key,
        "SecretKey": STORAGE.secret_key,
        "FileNamePrefix": ["2025-01-01", "ref-1"],
        **(storage or {}),
    }
    parameters = {
        "ProjectId": MINE.project_id,
        "DeviceId": "truck_001",
        "VideoStreamId": 0,
        "CloudStorage": {name: value for name, value in cloud_storage.items() if value is not None},
        **changed,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def start_request(**changed: object) -> models.CreateCloudRecordingRequest:
    """The same as the SDK's request."""
    request = models.CreateCloudRecordingRequest()
    request.from_json_string(json.dumps(start_parameters(**changed)))
    return request


def stop_request(task_id: str) -> models.DeleteCloudRecordingRequest:
    """A stop as the SDK's request."""
    request = models.DeleteCloudRecordingRequest()
    request.TaskId = task_id
    return request


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came back, unjudged."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def response(self) -> dict[str, object]:
        """What is in `Response`."""
        return json.loads(self.body)["Response"]

    @property
    def error_code(self) -> str:
        """The code of an error body."""
        return self.response["Error"]["Code"]


def signed_headers(
    endpoint: str,
    action: str,
    body: bytes,
    *,
    secret_id: str = ACCOUNT.secret_id,
    secret_key: str = ACCOUNT.secret_key,
    timestamp: float | None = None,
) -> dict[str, str]:
    """Headers of a right call, signed with the vendor's own function."""
    seconds = int(time.time() if timestamp is None else timestamp)
    date = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    canonical = (
        f"POST\n/\n\ncontent-type:application/json\nhost:{endpoint}\n\n{SIGNED_HEADERS}\n{sha256(body).hexdigest()}"
    )
    hashed = sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{seconds}\n{date}/trro/tc3_request\n{hashed}"
    signature = Sign.sign_tc3(secret_key, date, "trro", to_sign)
    return {
        "Content-Type": "application/json",
        "Host": endpoint,
        "X-TC-Action": action,
        "X-TC-Version": "2022-03-25",
        "X-TC-Timestamp": str(seconds),
        "Authorization": f"TC3-HMAC-SHA256 Credential={secret_id}/{date}/trro/tc3_request, "
        f"SignedHeaders={SIGNED_HEADERS}, Signature={signature}",
    }


def raw_call(
    sandbox: Sandbox,
    action: str,
    parameters: object,
    *,
    headers: dict[str, str | None] | None = None,
    timeout: float = 2,
    **signing: object,
) -> RawAnswer:
    """One call over a connection of its own; `headers` replace the right ones, None takes one away."""
    body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
    sent = {**signed_headers(sandbox.endpoint, action, body, **signing), **(headers or {})}
    return request(sandbox, "POST", "/", body, {k: v for k, v in sent.items() if v is not None}, timeout=timeout)


def request(
    sandbox: Sandbox,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    timeout: float = 2,
) -> RawAnswer:
    """One HTTP request, nothing added."""
    connection = http.client.HTTPConnection(sandbox.endpoint, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return RawAnswer(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
    finally:
        connection.close()


def control(sandbox: Sandbox, method: str, path: str, **parameters: object) -> dict[str, object]:
    """One request to the control endpoint; raises AssertionError when it is refused."""
    body = json.dumps(parameters).encode() if method != "GET" else None
    answer = request(sandbox, method, f"/_sandbox/{path}", body, {"Content-Type": "application/json"})
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def eventually(happened: Callable[[], bool]) -> None:
    """Wait until it is so; raises AssertionError when it is not after five seconds."""
    deadline = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)
