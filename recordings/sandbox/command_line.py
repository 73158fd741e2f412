"""The options of the two commands that run a sandbox, and the running until a signal comes.

`python -m recordings.sandbox` needs no Django; `manage.py sandbox` is the same beside the other commands.
"""

import argparse
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.fleet import TROUBLES
from recordings.sandbox.running import running_sandbox

PORT = 8070


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; durations are in seconds."""
    default = SandboxConfig()
    add = parser.add_argument
    add("--port", type=int, default=PORT, help=f"on 127.0.0.1, 0 for a free one (default {PORT})")
    add("--state", type=Path, help="directory kept over restarts: journal and receivers of callbacks")
    add("--journal", type=Path, help="file to append the journal to, instead of the one in --state")
    add("--delay", type=float, default=default.response_delay, help="before every answer")
    add("--calls-per-second", type=int, default=default.calls_per_second, help="quota; 0 for none")
    add("--live-limit", type=int, default=default.live_limit, help="recordings at once")
    add("--storage", default="", help="S3 server that stands in for COS and S3, e.g. http://127.0.0.1:9000")
    add("--media", type=Path, help="directory with sample.mp4, sample.ts, sample.aac")
    add("--callback-url", default="", help="where callbacks go until ModifyCallbackUrl is called")
    add("--callback-key", default="", help="what signs them until then")
    add("--minute", type=float, default=default.minute, help="length of a minute of MaxMediaFileDuration")
    add("--segment", type=float, default=default.segment, help="length of an HLS segment")
    add("--no-troubles", action="store_true", help="let the devices named demo_… behave")


def config_of(options: Mapping[str, Any]) -> SandboxConfig:
    """The configuration that the options select."""
    state: Path | None = options["state"]
    return SandboxConfig(
        port=options["port"],
        journal_path=options["journal"] or (state / "journal.jsonl" if state else None),
        receivers_path=state / "receivers.json" if state else None,
        response_delay=options["delay"],
        calls_per_second=options["calls_per_second"],
        live_limit=options["live_limit"],
        storage_endpoint=options["storage"],
        media_dir=options["media"],
        callback_url=options["callback_url"],
        callback_key=options["callback_key"],
        minute=options["minute"],
        segment=options["segment"],
        faults=() if options["no_troubles"] else TROUBLES,
    )


def serve(config: SandboxConfig, say: Callable[[str], object]) -> None:
    """Run a sandbox until SIGTERM or SIGINT; `say` gets the address. Raises OSError for a taken port."""
    # Blocked and waited for, before there are threads: a handler could come while the main thread holds a lock.
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with running_sandbox(config) as sandbox:
        say(f"TRRO sandbox at {sandbox.url}, health at {sandbox.url}/_sandbox/health")
        signal.sigwait(signals)
