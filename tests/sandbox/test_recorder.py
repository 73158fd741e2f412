"""The recorder writes real files into the bucket of the call, under its prefix and the TaskId."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from recordings.sandbox import EntryKind, Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.fleet import MINE, STORAGE
from tests.sandbox.clients import sdk, start_request, stop_request
from tests.sandbox.receiver import Receiver

PREFIX = "2025-01-01/ref-1"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Iterator[Any]:
    """The sample bucket, empty."""
    s3 = boto3.session.Session().resource(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    made = s3.create_bucket(Bucket=STORAGE.bucket)
    yield made
    made.objects.all().delete()
    made.delete()


@pytest.fixture
def recording_sandbox(s3_endpoint: str, bucket: Any, receiver: Receiver) -> Iterator[Sandbox]:
    config = SandboxConfig(storage_endpoint=s3_endpoint, callback_url=receiver.url, callback_key="k")
    with running_sandbox(config) as sandbox:
        yield sandbox


def _start(sandbox: Sandbox, **changed: object) -> str:
    return sdk(sandbox).CreateCloudRecording(start_request(**changed)).TaskId


def _stop(sandbox: Sandbox, task_id: str) -> None:
    sdk(sandbox).DeleteCloudRecording(stop_request(task_id))
    sandbox.advance(1)


def _names(bucket: Any, task_id: str) -> list[str]:
    keys = [item.key for item in bucket.objects.all()]
    folder = f"{PREFIX}/{task_id}/"
    assert all(key.startswith(folder) for key in keys)
    return [key.removeprefix(folder) for key in keys]


def test_mp4_is_written_at_the_end_only(recording_sandbox: Sandbox, bucket: Any) -> None:
    task_id = _start(recording_sandbox)
    recording_sandbox.advance(600)
    assert _names(bucket, task_id) == []
    _stop(recording_sandbox, task_id)
    (name,) = _names(bucket, task_id)
    assert re.fullmatch(r"1400704311_[A-Za-z0-9+.-]+__UserId_s_[A-Za-z0-9+.-]+__UserId_e_main_0\.mp4", name)


def test_mp4_is_cut_after_the_longest_duration_and_each_part_reported(
    recording_sandbox: Sandbox, bucket: Any, receiver: Receiver
) -> None:
    task_id = _start(recording_sandbox, MaxMediaFileDuration=1)
    recording_sandbox.advance(130)
    assert [name[-6:] for name in _names(bucket, task_id)] == ["_0.mp4", "_1.mp4"]
    _stop(recording_sandbox, task_id)
    assert [name[-6:] for name in _names(bucket, task_id)] == ["_0.mp4", "_1.mp4", "_2.mp4"]
    bodies = [json.loads(post.body) for post in receiver.received]
    assert len([body for body in bodies if body["EventType"] == 310]) == 3


def test_a_minute_of_the_longest_duration_can_be_made_short(s3_endpoint: str, bucket: Any) -> None:
    with running_sandbox(SandboxConfig(storage_endpoint=s3_endpoint, minute=2)) as sandbox:
        task_id = _start(sandbox, MaxMediaFileDuration=3)
        sandbox.advance(6)
        assert len(_names(bucket, task_id)) == 1


def test_hls_is_written_segment_by_segment_with_a_playlist_while_it_runs(
    recording_sandbox: Sandbox, bucket: Any
) -> None:
    task_id = _start(recording_sandbox, OutputFormat=0)
    recording_sandbox.advance(31)
    names = _names(bucket, task_id)
    segments = [name for name in names if name.endswith(".ts")]
    (playlist,) = [name for name in names if name.endswith(".m3u8")]
    text = bucket.Object(f"{PREFIX}/{task_id}/{playlist}").get()["Body"].read().decode()
    assert len(segments) == 3
    assert [line for line in text.splitlines() if not line.startswith("#")] == sorted(segments)
    assert "#EXT-X-ENDLIST" not in text
    _stop(recording_sandbox, task_id)
    text = bucket.Object(f"{PREFIX}/{task_id}/{playlist}").get()["Body"].read().decode()
    assert text.endswith("#EXT-X-ENDLIST\n")
    assert text.count("#EXTINF") == 4


@pytest.mark.parametrize(
    ("output_format", "endings"),
    [(0, {"ts", "m3u8"}), (1, {"ts", "m3u8", "mp4"}), (2, {"ts", "m3u8", "aac"}), (3, {"mp4"}), (4, {"aac"})],
)
def test_each_format_leaves_its_files(
    recording_sandbox: Sandbox, bucket: Any, output_format: int, endings: set[str]
) -> None:
    task_id = _start(recording_sandbox, OutputFormat=output_format)
    recording_sandbox.advance(12)
    _stop(recording_sandbox, task_id)
    assert {name.rsplit(".")[-1] for name in _names(bucket, task_id)} == endings


def test_what_is_announced_is_what_is_in_the_bucket_and_in_the_journal(
    recording_sandbox: Sandbox, bucket: Any, receiver: Receiver
) -> None:
    task_id = _start(recording_sandbox)
    recording_sandbox.advance(10)
    _stop(recording_sandbox, task_id)
    payloads = [json.loads(post.body)["EventInfo"]["Payload"] for post in receiver.received]
    announced = [name for payload in payloads for name in payload.get("FileList", [])]
    assert announced == _names(bucket, task_id)
    (wrote,) = recording_sandbox.journal(EntryKind.WROTE)
    assert wrote.key == f"{PREFIX}/{task_id}/{announced[0]}"
    assert wrote.size == bucket.Object(wrote.key).content_length
    assert (wrote.task_id, wrote.reference) == (task_id, "ref-1")


def test_nothing_is_written_for_a_device_that_never_publishes(recording_sandbox: Sandbox, bucket: Any) -> None:
    task_id = _start(recording_sandbox, DeviceId="truck_005", OutputFormat=1)
    recording_sandbox.advance(60)
    assert _names(bucket, task_id) == []


def test_what_was_published_before_the_device_went_is_kept(recording_sandbox: Sandbox, bucket: Any) -> None:
    task_id = _start(recording_sandbox)
    recording_sandbox.advance(60)
    recording_sandbox.set_device(MINE.project_id, "truck_001", status="offline")
    recording_sandbox.advance(32)
    assert len(_names(bucket, task_id)) == 1


def test_a_bucket_that_does_not_exist_is_reported_by_308_and_the_file_as_failed(
    recording_sandbox: Sandbox, receiver: Receiver
) -> None:
    task_id = _start(recording_sandbox, storage={"Bucket": "nowhere-1304123456"})
    recording_sandbox.advance(10)
    _stop(recording_sandbox, task_id)
    posted = {json.loads(p.body)["EventType"]: json.loads(p.body)["EventInfo"] for p in receiver.received}
    assert posted[308]["Payload"]["Code"] == "NoSuchBucket"
    assert posted[310]["Payload"]["Status"] == 2
    assert [e.code for e in recording_sandbox.journal(EntryKind.UPLOAD_FAILED)] == ["NoSuchBucket"]


def test_the_bytes_come_from_the_media_directory_when_there_are_any(
    s3_endpoint: str, bucket: Any, tmp_path: Path
) -> None:
    (tmp_path / "sample.mp4").write_bytes(b"a real film")
    with running_sandbox(SandboxConfig(storage_endpoint=s3_endpoint, media_dir=tmp_path)) as sandbox:
        task_id = _start(sandbox)
        sandbox.advance(10)
        _stop(sandbox, task_id)
    (item,) = bucket.objects.all()
    assert item.get()["Body"].read() == b"a real film"
    assert bucket.Object(item.key).content_type == "video/mp4"


def test_without_a_storage_files_are_announced_but_not_written(receiver: Receiver) -> None:
    with running_sandbox(SandboxConfig(callback_url=receiver.url)) as sandbox:
        task_id = _start(sandbox)
        sandbox.advance(10)
        _stop(sandbox, task_id)
        assert sandbox.journal(EntryKind.WROTE) == []
    assert {json.loads(post.body)["EventType"] for post in receiver.received} == {301, 302, 310}
