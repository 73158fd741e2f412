"""The journal: on disk as it happens, without secrets, and read by the next run."""

import contextlib
import http.client
import json
import stat
from pathlib import Path

from tencentcloud.trro.v20220325 import models

from recordings.sandbox import EntryKind, Fault, SandboxConfig, running_sandbox
from recordings.sandbox.fleet import ACCOUNT, MINE, STORAGE
from tests.sandbox.clients import control, raw_call, sdk, start_parameters, start_request, stop_request
from tests.sandbox.receiver import Receiver


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_entry_is_on_disk_before_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with running_sandbox(SandboxConfig(journal_path=path)) as sandbox:
        task_id = sdk(sandbox).CreateCloudRecording(start_request()).TaskId
        (started,) = [line for line in _lines(path) if line["kind"] == "started"]
    assert started["task_id"] == task_id
    assert started["prefix"] == ["2025-01-01", "ref-1"]
    assert {"time", "action", "request_id", "project", "device", "stream"} <= set(started)
    assert started["stream"] == 0


def test_the_file_and_the_control_endpoint_tell_the_same(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with running_sandbox(SandboxConfig(journal_path=path)) as sandbox:
        client = sdk(sandbox)
        client.DeleteCloudRecording(stop_request(client.CreateCloudRecording(start_request()).TaskId))
        assert control(sandbox, "GET", "journal")["entries"] == _lines(path)


def test_no_secret_is_ever_in_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with running_sandbox(SandboxConfig(journal_path=path, huge_bytes=1000, drip_pause=0)) as sandbox:
        for fault in Fault:
            sandbox.add_fault(fault)
            with contextlib.suppress(OSError, http.client.HTTPException):
                raw_call(sandbox, "CreateCloudRecording", start_parameters(), timeout=0.05)
        raw_call(sandbox, "CreateCloudRecording", start_parameters(storage={"Vendor": 9}))
        shown = repr(sandbox.live()) + repr(sandbox.parts.config) + json.dumps(control(sandbox, "GET", "tasks"))
    for secret in (STORAGE.access_key, STORAGE.secret_key, ACCOUNT.secret_key):
        assert secret not in path.read_text(encoding="utf-8")
        assert secret not in shown


def test_what_a_killed_run_left_open_is_ended_and_reported_by_the_next(tmp_path: Path, receiver: Receiver) -> None:
    path = tmp_path / "journal.jsonl"
    config = SandboxConfig(journal_path=path, callback_url=receiver.url)
    with running_sandbox(config) as first:
        client = sdk(first)
        stopped = client.CreateCloudRecording(start_request()).TaskId
        client.DeleteCloudRecording(stop_request(stopped))
        left = client.CreateCloudRecording(start_request(DeviceId="truck_002")).TaskId
        first.settle()
    with path.open("a", encoding="utf-8") as torn:
        torn.write('{"kind": "star')
    with running_sandbox(config) as second:
        second.settle()
        (end,) = second.journal(EntryKind.ENDED)
    assert (end.task_id, end.device, end.leave_code) == (left, "truck_002", 3)
    last = json.loads(receiver.received[-1].body)
    assert (last["EventType"], last["EventInfo"]["TaskId"]) == (302, left)
    with running_sandbox(config) as third:
        assert third.journal(EntryKind.ENDED) == []


def test_registered_receivers_outlive_a_restart_in_a_file_only_the_owner_reads(
    tmp_path: Path, receiver: Receiver
) -> None:
    config = SandboxConfig(receivers_path=tmp_path / "receivers.json")
    request = models.ModifyCallbackUrlRequest()
    request.ProjectId, request.CallbackUrl, request.SignKey = MINE.project_id, receiver.url, "key"
    with running_sandbox(config) as first:
        sdk(first).ModifyCallbackUrl(request)
    assert stat.S_IMODE((tmp_path / "receivers.json").stat().st_mode) == 0o600
    with running_sandbox(config) as second:
        sdk(second).CreateCloudRecording(start_request())
        second.settle()
    assert len(receiver.received) == 1
