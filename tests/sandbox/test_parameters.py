"""Each rule for a parameter, by what happens when it is broken."""

import pytest

from recordings.sandbox import EntryKind, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.fleet import MINE, STORAGE
from tests.sandbox.clients import raw_call, start_parameters

MISSING, TYPE, RANGE = "MissingParameter", "InvalidParameter", "InvalidParameterValue"
UNKNOWN, NOT_FOUND = "UnknownParameter", "ResourceNotFound"

BROKEN_STARTS = [
    *(({name: None}, MISSING) for name in ("ProjectId", "DeviceId", "VideoStreamId")),
    ({"ProjectId": 7}, TYPE),
    ({"ProjectId": ""}, RANGE),
    ({"ProjectId": "unknownproject00"}, NOT_FOUND),
    ({"DeviceId": ["truck_001"]}, TYPE),
    ({"DeviceId": "Truck_001"}, RANGE),
    ({"DeviceId": "truck-001"}, RANGE),
    ({"DeviceId": "t" * 33}, RANGE),
    ({"DeviceId": "truck_404"}, NOT_FOUND),
    ({"DeviceId": "qc_01"}, NOT_FOUND),
    ({"VideoStreamId": "0"}, TYPE),
    ({"VideoStreamId": 0.5}, TYPE),
    ({"VideoStreamId": True}, TYPE),
    ({"VideoStreamId": -1}, RANGE),
    ({"MaxMediaFileDuration": 0}, RANGE),
    ({"MaxMediaFileDuration": 1441}, RANGE),
    ({"MaxMediaFileDuration": "60"}, TYPE),
    ({"OutputFormat": -1}, RANGE),
    ({"OutputFormat": 5}, RANGE),
    ({"OutputFormat": "mp4"}, TYPE),
    ({"MaxIdleTime": 4}, RANGE),
    ({"MaxIdleTime": 86401}, RANGE),
    ({"MaxIdleTime": None, "MaxIdelTime": 30}, UNKNOWN),
    ({"CloudStorage": "cos"}, TYPE),
]
BROKEN_STORAGES = [
    *(({name: None}, MISSING) for name in ("Vendor", "Region", "Bucket", "AccessKey", "SecretKey")),
    ({"Vendor": 2}, RANGE),
    ({"Vendor": "0"}, TYPE),
    ({"Region": "Guangzhou"}, RANGE),
    ({"Region": 1}, TYPE),
    ({"Bucket": "recording"}, RANGE),
    ({"Bucket": "Recording-1304123456"}, RANGE),
    ({"AccessKey": ""}, RANGE),
    ({"SecretKey": 5}, TYPE),
    ({"FileNamePrefix": "2025-01-01"}, TYPE),
    ({"FileNamePrefix": ["a", 1]}, TYPE),
    ({"FileNamePrefix": ["a", ""]}, RANGE),
    ({"FileNamePrefix": ["a/b"]}, RANGE),
    ({"FileNamePrefix": ["矿卡"]}, RANGE),
    ({"Password": "x"}, UNKNOWN),
]


@pytest.mark.parametrize(("change", "code"), BROKEN_STARTS)
def test_a_start_that_breaks_a_rule_is_refused(sandbox: Sandbox, change: dict[str, object], code: str) -> None:
    assert raw_call(sandbox, "CreateCloudRecording", start_parameters(**change)).error_code == code
    assert sandbox.journal(EntryKind.STARTED) == []


@pytest.mark.parametrize(("change", "code"), BROKEN_STORAGES)
def test_a_storage_that_breaks_a_rule_is_refused(sandbox: Sandbox, change: dict[str, object], code: str) -> None:
    parameters = start_parameters(storage=change)
    assert raw_call(sandbox, "CreateCloudRecording", parameters).error_code == code
    assert sandbox.journal(EntryKind.STARTED) == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"VideoStreamId": 99},
        {"MaxMediaFileDuration": 1, "OutputFormat": 0, "MaxIdleTime": 5},
        {"MaxMediaFileDuration": 1440, "OutputFormat": 4, "MaxIdleTime": 86400},
        {"storage": {"FileNamePrefix": None}},
        {"storage": {"FileNamePrefix": ["A-Z_a-z", "0-9"]}},
        {"storage": {"Vendor": 1, "Region": "us-east-1", "Bucket": "recordings.example"}},
    ],
)
def test_a_start_at_the_edge_of_the_rules_is_accepted(sandbox: Sandbox, change: dict[str, object]) -> None:
    assert "TaskId" in raw_call(sandbox, "CreateCloudRecording", start_parameters(**change)).response


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("CreateCloudRecording", {}, MISSING),
        ("CreateCloudRecording", [], TYPE),
        ("CreateCloudRecording", "x", TYPE),
        ("DeleteCloudRecording", {}, MISSING),
        ("DeleteCloudRecording", {"TaskId": 5}, TYPE),
        ("DeleteCloudRecording", {"TaskId": ""}, RANGE),
        ("DescribeProjectList", {"PageSize": 0}, RANGE),
        ("DescribeProjectList", {"PageNumber": "1"}, TYPE),
        ("DescribeDeviceList", {}, MISSING),
        ("DescribeDeviceList", {"ProjectId": "unknownproject00"}, NOT_FOUND),
        ("DescribeDeviceList", {"ProjectId": MINE.project_id, "DeviceType": "truck"}, RANGE),
        ("DescribeDeviceList", {"ProjectId": MINE.project_id, "DeviceStatus": "broken"}, RANGE),
        ("DescribeDeviceSessionList", {"ProjectId": MINE.project_id}, MISSING),
        ("ModifyCallbackUrl", {"ProjectId": MINE.project_id}, MISSING),
        ("ModifyCallbackUrl", {"ProjectId": MINE.project_id, "CallbackUrl": "ftp://x"}, RANGE),
        ("ModifyCallbackUrl", {"ProjectId": "unknownproject00", "CallbackUrl": "http://x"}, NOT_FOUND),
    ],
)
def test_every_action_holds_to_its_rules(sandbox: Sandbox, action: str, parameters: object, code: str) -> None:
    assert raw_call(sandbox, action, parameters).error_code == code


def test_a_storage_key_that_is_not_known_is_refused_when_keys_are_configured() -> None:
    with running_sandbox(SandboxConfig(storage_keys={STORAGE.access_key: STORAGE.secret_key})) as sandbox:
        right = raw_call(sandbox, "CreateCloudRecording", start_parameters())
        wrong = raw_call(sandbox, "CreateCloudRecording", start_parameters(storage={"SecretKey": "old"}))
    assert "TaskId" in right.response
    assert wrong.error_code == "UnauthorizedOperation.StorageAuthFailed"
