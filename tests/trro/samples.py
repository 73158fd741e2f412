"""Requests, answers and outcomes that the tests are made of."""

import json
from typing import Any

from recordings.trro.gateway import Account, Gateway
from recordings.trro.outcome import Accepted, Outcome, Refused
from recordings.trro.requests import CloudStorage, CreateCloudRecording, DeleteCloudRecording
from tests.trro.faulty import FaultyServer, Script, Visit

TASK_ID = "-m7Zt+QwTASK/id.of_a-recording"
REQUEST_ID = "5fa1ad0f-3bc5-4a4c-92a4-58b0e0f3a9c1"
SECRET_KEY = "CANARY-api-secret-key"
STORAGE_ACCESS_KEY = "CANARY-storage-access-key"
STORAGE_SECRET_KEY = "CANARY-storage-secret-key"
DEADLINE = 0.5
# How much later than its deadline a call may be seen to end on a busy machine.
SLACK = 1.0


def start(device_id: str = "truck_01", **changes: Any) -> CreateCloudRecording:
    values: dict[str, Any] = {
        "project_id": "m82k5408n123phvb",
        "device_id": device_id,
        "video_stream_id": 0,
        "cloud_storage": CloudStorage(
            vendor=0,
            region="ap-guangzhou",
            bucket="recording-1304123456",
            access_key=STORAGE_ACCESS_KEY,
            secret_key=STORAGE_SECRET_KEY,
            file_name_prefix=("2024-12-24", "truck_01", "r-9f3k"),
        ),
        "max_media_file_duration": 60,
        "output_format": 3,
        "max_idle_time": 30,
    }
    return CreateCloudRecording(**{**values, **changes})


def stop() -> DeleteCloudRecording:
    return DeleteCloudRecording(task_id=TASK_ID)


def account(endpoint: str) -> Account:
    return Account(endpoint=endpoint, region="", secret_id="AKIDexample", secret_key=SECRET_KEY)


def gateway_to(server: FaultyServer, **settings: Any) -> Gateway:
    values: dict[str, Any] = {"deadline_seconds": DEADLINE, "allow_loopback_http": True}
    return Gateway(account(server.url), **{**values, **settings})


def body(**response: object) -> bytes:
    return json.dumps({"Response": response}).encode()


GOOD_BODY = body(TaskId=TASK_ID, RequestId=REQUEST_ID)


def http(content: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content) if length is None else length}", *headers]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode() + content


GOOD_ANSWER = http(GOOD_BODY, "Content-Type: application/json")


def answering(*pieces: bytes) -> Script:
    """Give the same answer to each request, for as long as the client keeps coming."""

    def script(visit: Visit) -> None:
        while visit.read_request():
            visit.send(*pieces)

    return script


def answering_once(*pieces: bytes) -> Script:
    """Answer the first request, then close."""

    def script(visit: Visit) -> None:
        visit.read_request()
        visit.send(*pieces)

    return script


def kind_and_code(outcome: Outcome) -> tuple[str, str]:
    """The outcome's kind and code."""
    return type(outcome).__name__, "" if isinstance(outcome, Accepted) else outcome.code


def assert_never_sent(outcome: Outcome, code: str, *, repeatable: bool = True) -> None:
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.repeatable) == (code, repeatable)
