"""A call as tccli and Python make it: each run against the sandbox, and none with a secret in it."""

import argparse
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from recordings.trro.requests import CloudStorage, CreateCloudRecording, DeleteCloudRecording
from recordings.trro.snippets import as_json, as_python, as_tccli

API_ID, API_KEY = "AKIDexample", "canary-of-the-api-key"
ACCESS_KEY, SECRET_KEY = "canary-access", "canary'secret$key"
SECRETS = (API_KEY, ACCESS_KEY, SECRET_KEY)
ENVIRONMENT = {
    "TENCENTCLOUD_SECRET_ID": API_ID,
    "TENCENTCLOUD_SECRET_KEY": API_KEY,
    "STORAGE_ACCESS_KEY": ACCESS_KEY,
    "STORAGE_SECRET_KEY": SECRET_KEY,
}
LIST = "CloudStorage.FileNamePrefix"
NUMBERS = ("VideoStreamId", "CloudStorage.Vendor", "OutputFormat", "MaxMediaFileDuration", "MaxIdleTime")

START = CreateCloudRecording(
    project_id="m82k5408n123phvb",
    device_id="truck_001",
    video_stream_id=0,
    cloud_storage=CloudStorage(
        vendor=0,
        region="ap-guangzhou",
        bucket="recording-1304123456",
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        file_name_prefix=("night-shift", "k7Q2"),
    ),
    output_format=3,
    max_media_file_duration=60,
    max_idle_time=30,
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SandboxConfig(accounts={API_ID: API_KEY}, calls_per_second=0)) as running:
        yield running


def run(program: str) -> dict[str, Any]:
    """The response to a program in a process of its own, which knows the variables and nothing else of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def unfolded(command: str) -> dict[str, Any]:
    """The body that tccli makes of a command line: dots are objects, several words a list, as its model has types."""
    expanded = command.replace("\\\n", "")
    for name, value in ENVIRONMENT.items():
        expanded = expanded.replace(f'"${name}"', shlex.quote(value))
    words = shlex.split(expanded)
    at = words.index("--cli-unfold-argument")
    parser = argparse.ArgumentParser(exit_on_error=False)
    for word in words[at + 1 :]:
        if word.startswith("--"):
            name = word[2:].partition("=")[0]
            options: dict[str, Any] = {"nargs": "+"} if name == LIST else {"type": int} if name in NUMBERS else {}
            parser.add_argument(f"--{name}", **options)
    body: dict[str, Any] = {}
    for dotted, value in vars(parser.parse_args(words[at + 1 :])).items():
        *groups, last = dotted.split(".")
        within = body
        for group in groups:
            within = within.setdefault(group, {})
        within[last] = value
    return body


def test_the_python_of_a_start_starts_what_the_call_starts(sandbox: Sandbox) -> None:
    answer = run(as_python(START.action, START.shown(), endpoint=sandbox.url, region=""))
    assert [task.task_id for task in sandbox.live()] == [answer["TaskId"]]


def test_the_python_of_a_stop_stops_a_task_whose_id_begins_with_a_dash(sandbox: Sandbox) -> None:
    started = run(as_python(START.action, START.shown(), endpoint=sandbox.url, region="ap-guangzhou"))
    assert started["TaskId"].startswith("-")
    stop = DeleteCloudRecording(task_id=started["TaskId"])
    assert run(as_python(stop.action, stop.shown(), endpoint=sandbox.url, region=""))["RequestId"]
    assert sandbox.live() == []


@pytest.mark.parametrize("request_", [START, DeleteCloudRecording(task_id="-a/b+c.'d")], ids=lambda each: each.action)
def test_the_tccli_command_carries_the_same_body(request_: CreateCloudRecording | DeleteCloudRecording) -> None:
    command = as_tccli(request_.action, request_.shown(), endpoint="trro.tencentcloudapi.com", region="")
    assert command.startswith(f"tccli trro {request_.action} ")
    assert "--endpoint trro.tencentcloudapi.com" in command
    assert unfolded(command) == request_.params()


def test_a_folder_that_begins_with_a_dash_reaches_tccli_as_it_is() -> None:
    """A shell takes the command apart. tccli reads an object's JSON where it is not told to unfold arguments."""
    start = replace(START, cloud_storage=replace(START.cloud_storage, file_name_prefix=("-shift", "ref")))
    command = as_tccli(start.action, start.shown(), endpoint="trro.tencentcloudapi.com", region="")
    assert "--cli-unfold-argument" not in command
    printed = command.replace("tccli", r"printf '%s\n'", 1)
    words = subprocess.run(
        ["/bin/sh", "-c", printed], env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    storage = next(word.partition("=")[2] for word in words if word.startswith("--CloudStorage="))
    assert json.loads(storage) == start.params()["CloudStorage"]


def test_what_the_tccli_command_carries_starts_a_recording(sandbox: Sandbox) -> None:
    body = unfolded(as_tccli(START.action, START.shown(), endpoint=sandbox.url, region=""))
    answer = run(as_python(START.action, body, endpoint=sandbox.url, region=""))
    assert [task.task_id for task in sandbox.live()] == [answer["TaskId"]]


def test_the_json_with_its_variables_filled_in_is_the_body_that_is_sent() -> None:
    filled = as_json(START.shown())
    for name, value in ENVIRONMENT.items():
        filled = filled.replace(f'"${name}"', json.dumps(value))
    assert json.loads(filled) == START.params()


@pytest.mark.parametrize("text", ["'; touch /tmp/x; '", "$(id)", "`id`", 'a"b\\', "a\nb", "{x}\u202e"])
def test_text_of_the_vendor_is_quoted_in_every_form(text: str) -> None:
    shown: Mapping[str, Any] = DeleteCloudRecording(task_id=text).shown()
    assert shlex.split(as_tccli("DeleteCloudRecording", shown, endpoint="h", region=""))[-1] == f"--TaskId={text}"
    assert json.loads(as_json(shown)) == {"TaskId": text}
    compile(as_python("DeleteCloudRecording", shown, endpoint="h", region=""), "snippet", "exec")
    assert repr(text) in as_python("DeleteCloudRecording", shown, endpoint="h", region="")


def test_no_form_holds_a_secret() -> None:
    forms = [
        as_json(START.shown()),
        as_tccli(START.action, START.shown(), endpoint="trro.tencentcloudapi.com", region=""),
        as_python(START.action, START.shown(), endpoint="trro.tencentcloudapi.com", region=""),
    ]
    assert not [secret for secret in SECRETS for form in forms if secret in form]
