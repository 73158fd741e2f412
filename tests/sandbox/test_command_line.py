"""Both commands run a sandbox in a process of its own and end it cleanly."""

import argparse
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recordings.sandbox import SandboxConfig
from recordings.sandbox.command_line import add_arguments, config_of

ROOT = Path(__file__).parents[2]
MODULE = ["-m", "recordings.sandbox"]
MANAGE = ["manage.py", "sandbox"]


@contextmanager
def _running(command: list[str], *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address, once it says that it runs."""
    process = subprocess.Popen(
        [sys.executable, *command, "--port", "0", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        yield process, re.search(r"http://127\.0\.0\.1:\d+", line)[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _get(url: str) -> dict[str, object]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=2) as answer:
        return json.load(answer)


@pytest.mark.parametrize("command", [MODULE, MANAGE], ids=["module", "manage"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_a_signal_and_then_ends_in_good_order(command: list[str], number: signal.Signals) -> None:
    with _running(command) as (process, url):
        assert _get(f"{url}/_sandbox/health") == {"ok": True, "live": 0}
        process.send_signal(number)
        # It takes 0.1 s; the rest is for a machine that has other things to do.
        assert process.wait(timeout=10) == 0


def test_the_troubled_devices_are_in_trouble_unless_set_otherwise() -> None:
    with _running(MODULE) as (_, url):
        assert len(_get(f"{url}/_sandbox/faults")["faults"]) == 5
    with _running(MODULE, "--no-troubles") as (_, url):
        assert _get(f"{url}/_sandbox/faults")["faults"] == []


def _config(*options: str) -> SandboxConfig:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return config_of(vars(parser.parse_args(options)))


def test_the_state_directory_holds_journal_and_receivers(tmp_path: Path) -> None:
    config = _config("--state", str(tmp_path))
    assert config.journal_path == tmp_path / "journal.jsonl"
    assert config.receivers_path == tmp_path / "receivers.json"
    elsewhere = tmp_path / "elsewhere.jsonl"
    assert _config("--state", str(tmp_path), "--journal", str(elsewhere)).journal_path == elsewhere


def test_without_options_it_behaves_as_the_configuration_does_but_for_port_and_troubles() -> None:
    assert _config("--port", "0", "--no-troubles") == SandboxConfig()


def test_every_option_reaches_the_configuration() -> None:
    config = _config(
        *("--delay", "0.03", "--calls-per-second", "0", "--live-limit", "200", "--minute", "1", "--segment", "2"),
        *("--storage", "http://127.0.0.1:9000", "--media", "films", "--callback-url", "http://127.0.0.1/c"),
        *("--callback-key", "k"),
    )
    assert (config.response_delay, config.calls_per_second, config.live_limit) == (0.03, 0, 200)
    assert (config.minute, config.segment) == (1, 2)
    assert (config.storage_endpoint, config.media_dir) == ("http://127.0.0.1:9000", Path("films"))
    assert (config.callback_url, config.callback_key) == ("http://127.0.0.1/c", "k")
