"""The server: loopback only, many clients at once, gone after SIGTERM."""

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from recordings.sandbox import EntryKind, Fault, Sandbox, SandboxConfig, running_sandbox
from tests.sandbox.clients import eventually, raw_call, request, sdk, signed_headers, start_parameters, start_request


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "", "::", "example.com"])
def test_it_refuses_to_listen_anywhere_but_on_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        SandboxConfig(host=host)


def test_it_can_be_shared_by_many_threads(sandbox: Sandbox) -> None:
    client = sdk(sandbox)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.CreateCloudRecording(start_request()), range(90)))
    assert {a.TaskId for a in answers} == {e.task_id for e in sandbox.journal(EntryKind.STARTED)}
    assert len({a.TaskId for a in answers}) == 90


def test_one_connection_serves_many_calls(sandbox: Sandbox) -> None:
    body = json.dumps(start_parameters()).encode()
    connection = http.client.HTTPConnection(sandbox.endpoint, timeout=2)
    ports = set()
    for _ in range(3):
        connection.request("POST", "/", body, signed_headers(sandbox.endpoint, "CreateCloudRecording", body))
        assert connection.getresponse().read()
        ports.add(connection.sock.getsockname()[1])
    connection.close()
    assert len(ports) == 1


def test_answers_can_be_delayed_by_a_fixed_time() -> None:
    with running_sandbox(SandboxConfig(response_delay=0.03)) as sandbox:
        began = time.monotonic()
        raw_call(sandbox, "CreateCloudRecording", start_parameters())
        assert time.monotonic() - began >= 0.03


@pytest.mark.parametrize("length", [str(11 * 1024 * 1024), "9" * 5000, "many"])
def test_a_body_beyond_ten_mebibytes_is_refused_unread(sandbox: Sandbox, length: str) -> None:
    headers = {"Content-Length": length, "Content-Type": "application/json"}
    assert request(sandbox, "POST", "/", None, headers).error_code == "RequestSizeLimitExceeded"


def test_it_goes_at_once_though_clients_hang_on() -> None:
    with running_sandbox(SandboxConfig(drip_pause=60)) as sandbox:
        for fault in (Fault.HANG, Fault.DRIP):
            sandbox.add_fault(fault)
            thread = threading.Thread(target=_call_and_forget, args=(sandbox,), daemon=True)
            thread.start()
        idle = http.client.HTTPConnection(sandbox.endpoint, timeout=10)
        idle.request("GET", "/_sandbox/health")
        idle.getresponse().read()
        eventually(lambda: len(sandbox.journal(EntryKind.STARTED)) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert idle.sock.recv(1) == b""
    idle.close()


def _call_and_forget(sandbox: Sandbox) -> None:
    try:
        raw_call(sandbox, "CreateCloudRecording", start_parameters())
    except (OSError, http.client.HTTPException):
        return
