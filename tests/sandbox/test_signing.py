"""Who may call: signatures, clocks, versions and actions, before anything else is looked at."""

import re
import time

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.trro.v20220325 import models

from recordings.sandbox import EntryKind, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.rules import RULES
from tests.sandbox.clients import raw_call, request, sdk, signed_headers, start_parameters, start_request

ACTION = "CreateCloudRecording"


def test_a_call_signed_by_the_vendors_sdk_is_accepted(sandbox: Sandbox) -> None:
    answer = sdk(sandbox).CreateCloudRecording(start_request())
    assert answer.TaskId.startswith("-")
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.RequestId)


def test_an_unknown_secret_id_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        sdk(sandbox, secret_id="AKIDnobody").CreateCloudRecording(start_request())
    assert refused.value.code == "AuthFailure.SecretIdNotFound"


def test_a_wrong_secret_key_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        sdk(sandbox, secret_key="wrong").CreateCloudRecording(start_request())
    assert refused.value.code == "AuthFailure.SignatureFailure"


def test_a_refusal_is_status_200_with_error_and_request_id(sandbox: Sandbox) -> None:
    answer = raw_call(sandbox, ACTION, start_parameters(), secret_key="wrong")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.response) == {"Error", "RequestId"}
    assert set(answer.response["Error"]) == {"Code", "Message"}


def test_a_body_changed_by_one_blank_is_refused(sandbox: Sandbox) -> None:
    headers = signed_headers(sandbox.endpoint, ACTION, b"{}")
    assert request(sandbox, "POST", "/", b"{ }", headers).error_code == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize("seconds", [-301, 302])
def test_a_clock_more_than_five_minutes_off_is_refused(sandbox: Sandbox, seconds: int) -> None:
    answer = raw_call(sandbox, ACTION, start_parameters(), timestamp=time.time() + seconds)
    assert answer.error_code == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize("seconds", [-290, 290])
def test_a_clock_less_than_five_minutes_off_is_accepted(sandbox: Sandbox, seconds: int) -> None:
    answer = raw_call(sandbox, ACTION, start_parameters(), timestamp=time.time() + seconds)
    assert "TaskId" in answer.response


def test_the_sandboxs_clock_can_be_wrong() -> None:
    with running_sandbox(SandboxConfig(clock_skew=900)) as skewed:
        with pytest.raises(TencentCloudSDKException) as refused:
            sdk(skewed).CreateCloudRecording(start_request())
        assert refused.value.code == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": None},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": "TC3-HMAC-SHA256 Credential=x/2025-01-01/trro/tc3_request"},
        {"X-TC-Timestamp": None},
        {"X-TC-Timestamp": "yesterday"},
        {"X-TC-Timestamp": "1" * 5000},
        {"X-TC-Timestamp": "\xb2"},
    ],
)
def test_a_malformed_authorization_is_refused(sandbox: Sandbox, headers: dict[str, str | None]) -> None:
    answer = raw_call(sandbox, ACTION, start_parameters(), headers=headers)
    assert answer.error_code == "AuthFailure.InvalidAuthorization"


def test_host_and_content_type_must_be_signed(sandbox: Sandbox) -> None:
    headers = signed_headers(sandbox.endpoint, ACTION, b"{}")
    headers["Authorization"] = headers["Authorization"].replace("content-type;host", "host")
    assert request(sandbox, "POST", "/", b"{}", headers).error_code == "AuthFailure.InvalidAuthorization"


def test_an_unknown_action_is_refused(sandbox: Sandbox) -> None:
    assert raw_call(sandbox, "DeleteEverything", {}).error_code == "InvalidAction"


def test_another_version_is_refused(sandbox: Sandbox) -> None:
    answer = raw_call(sandbox, ACTION, start_parameters(), headers={"X-TC-Version": "2019-07-22"})
    assert answer.error_code == "NoSuchVersion"


def test_another_content_type_is_refused(sandbox: Sandbox) -> None:
    answer = raw_call(sandbox, ACTION, start_parameters(), headers={"Content-Type": "text/plain"})
    assert answer.error_code == "InvalidRequest"


def test_a_get_is_refused(sandbox: Sandbox) -> None:
    assert request(sandbox, "GET", "/").error_code == "UnsupportedProtocol"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "InvalidParameter"),
        (b"{", "InvalidParameter"),
        (b"\xff", "InvalidParameter"),
        (b"[" * 100_000, "InvalidParameter"),
        (b'{"VideoStreamId": ' + b"9" * 5000 + b"}", "InvalidParameter"),
        (b'{"\\ud800": 1}', "UnknownParameter"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(sandbox: Sandbox, body: bytes, code: str) -> None:
    assert raw_call(sandbox, ACTION, body).error_code == code


def test_what_is_refused_starts_nothing_and_is_in_the_journal_with_its_code(sandbox: Sandbox) -> None:
    raw_call(sandbox, ACTION, start_parameters(), secret_key="wrong")
    assert [entry.code for entry in sandbox.journal(EntryKind.REFUSED)] == ["AuthFailure.SignatureFailure"]
    assert sandbox.journal(EntryKind.STARTED) == []


def test_every_action_has_the_parameters_of_the_sdks_request() -> None:
    for action, rules in RULES.items():
        known = {name.removeprefix("_") for name in vars(getattr(models, f"{action}Request")())}
        assert set(rules) == known - {"headers"}, action
