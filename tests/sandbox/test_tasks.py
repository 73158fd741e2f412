"""Tasks: begun by every accepted start, ended by a stop, by idleness or by the server; quota and limits."""

import re

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.trro.v20220325 import models

from recordings.sandbox import EntryKind, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.fleet import ACCOUNT, MINE
from tests.sandbox.clients import raw_call, sdk, start_parameters, start_request, stop_request

TWO_ACCOUNTS = {ACCOUNT.secret_id: ACCOUNT.secret_key, "AKIDsecond": "second"}


def test_the_answers_have_the_documented_shape(sandbox: Sandbox) -> None:
    start = raw_call(sandbox, "CreateCloudRecording", start_parameters())
    stop = raw_call(sandbox, "DeleteCloudRecording", {"TaskId": start.response["TaskId"]})
    assert set(start.response) == {"TaskId", "RequestId"}
    assert set(stop.response) == {"RequestId"}


def test_a_task_id_looks_like_the_vendors_and_is_never_the_same(sandbox: Sandbox) -> None:
    sdk_client = sdk(sandbox)
    task_ids = [sdk_client.CreateCloudRecording(start_request()).TaskId for _ in range(50)]
    assert len(set(task_ids)) == 50
    for task_id in task_ids:
        assert re.fullmatch(r"-[A-Za-z0-9+/_.-]{79,129}", task_id)
        assert set("+/_.") < set(task_id)
        assert "//" not in task_id


def test_the_same_call_twice_starts_two_tasks(sandbox: Sandbox) -> None:
    body = start_parameters()
    first, second = (raw_call(sandbox, "CreateCloudRecording", body).response for _ in range(2))
    started = sandbox.journal(EntryKind.STARTED)
    assert [e.task_id for e in started] == [first["TaskId"], second["TaskId"]]
    assert {(e.device, e.stream, e.reference) for e in started} == {("truck_001", 0, "ref-1")}


def test_a_start_is_in_the_journal_with_all_that_identifies_it(sandbox: Sandbox) -> None:
    answer = sdk(sandbox).CreateCloudRecording(start_request(VideoStreamId=3))
    (entry,) = sandbox.journal(EntryKind.STARTED)
    assert (entry.task_id, entry.request_id) == (answer.TaskId, answer.RequestId)
    assert (entry.project, entry.device, entry.stream) == (MINE.project_id, "truck_001", 3)
    assert entry.prefix == ("2025-01-01", "ref-1")
    assert entry.action == "CreateCloudRecording"


def test_a_stop_ends_the_task_once(sandbox: Sandbox) -> None:
    client = sdk(sandbox)
    task_id = client.CreateCloudRecording(start_request()).TaskId
    client.DeleteCloudRecording(stop_request(task_id))
    with pytest.raises(TencentCloudSDKException) as refused:
        client.DeleteCloudRecording(stop_request(task_id))
    assert refused.value.code == "ResourceNotFound"
    assert [e.task_id for e in sandbox.journal(EntryKind.STOPPED)] == [task_id]
    assert [(e.task_id, e.leave_code) for e in sandbox.journal(EntryKind.ENDED)] == [(task_id, 0)]
    assert sandbox.live() == []


def test_an_unknown_task_cannot_be_stopped(sandbox: Sandbox) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        sdk(sandbox).DeleteCloudRecording(stop_request("-unknown."))
    assert refused.value.code == "ResourceNotFound"


def test_one_account_cannot_stop_the_task_of_another() -> None:
    with running_sandbox(SandboxConfig(accounts=TWO_ACCOUNTS)) as sandbox:
        task_id = sdk(sandbox).CreateCloudRecording(start_request()).TaskId
        other = sdk(sandbox, secret_id="AKIDsecond", secret_key="second")
        with pytest.raises(TencentCloudSDKException):
            other.DeleteCloudRecording(stop_request(task_id))
        assert len(sandbox.live()) == 1


def test_a_task_of_an_offline_device_idles_out(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request(DeviceId="truck_005", MaxIdleTime=5))
    sandbox.advance(4)
    assert len(sandbox.live()) == 1
    sandbox.advance(1.5)
    assert [e.leave_code for e in sandbox.journal(EntryKind.ENDED)] == [99]


def test_a_task_of_a_publishing_device_never_idles_out(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request(MaxIdleTime=5))
    sandbox.advance(86400)
    assert len(sandbox.live()) == 1


def test_idle_time_counts_from_when_the_device_stops_publishing(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request(MaxIdleTime=30))
    sandbox.advance(3600)
    sandbox.set_device(MINE.project_id, "truck_001", publishing=False)
    sandbox.advance(29)
    assert len(sandbox.live()) == 1
    sandbox.advance(1.5)
    assert sandbox.live() == []


def test_a_device_that_publishes_again_in_time_is_recorded_on(sandbox: Sandbox) -> None:
    sdk(sandbox).CreateCloudRecording(start_request(MaxIdleTime=30))
    sandbox.set_device(MINE.project_id, "truck_001", status="offline")
    sandbox.advance(20)
    sandbox.set_device(MINE.project_id, "truck_001", status="connected")
    sandbox.advance(3600)
    assert len(sandbox.live()) == 1


def test_more_recordings_at_once_than_allowed_are_refused_until_one_ends() -> None:
    with running_sandbox(SandboxConfig(live_limit=2)) as sandbox:
        client = sdk(sandbox)
        first = client.CreateCloudRecording(start_request()).TaskId
        client.CreateCloudRecording(start_request())
        with pytest.raises(TencentCloudSDKException) as refused:
            client.CreateCloudRecording(start_request())
        assert refused.value.code == "FailedOperation.RestrictedConcurrency"
        client.DeleteCloudRecording(stop_request(first))
        client.CreateCloudRecording(start_request())


def test_the_twenty_first_call_within_a_second_is_refused() -> None:
    with running_sandbox() as sandbox:
        answers = [raw_call(sandbox, "DescribeProjectList", {}).response for _ in range(21)]
        assert [a["Error"]["Code"] for a in answers if "Error" in a] == ["RequestLimitExceeded"]
        assert "Error" in answers[20]
        sandbox.advance(1)
        assert "Total" in raw_call(sandbox, "DescribeProjectList", {}).response


def test_the_quota_counts_each_action_and_account_for_itself() -> None:
    with running_sandbox(SandboxConfig(calls_per_second=1, accounts=TWO_ACCOUNTS)) as sandbox:
        client = sdk(sandbox)
        client.DescribeProjectList(models.DescribeProjectListRequest())
        with pytest.raises(TencentCloudSDKException):
            client.DescribeProjectList(models.DescribeProjectListRequest())
        client.CreateCloudRecording(start_request())
        other = sdk(sandbox, secret_id="AKIDsecond", secret_key="second")
        other.DescribeProjectList(models.DescribeProjectListRequest())
