"""manage.py run: a whole TRRO Admin on this machine, for trying it out: what `make run` starts."""

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

ENDING_SECONDS = 20
"""Longer than a call to the vendor may take: one that is out when Ctrl-C comes still stores its response."""
SEGMENT_SECONDS = "4"
"""Of the sandbox's HLS: short, so that there is something to see soon."""


class Command(BaseCommand):
    help = "Set up a development installation with the sandbox and its sample fleet, and run all of it until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Of the web server.")
        parser.add_argument("--sandbox-port", type=int, default=8099)
        parser.add_argument("--bucket-port", type=int, default=8098, help="Of the S3 server that stands in for COS.")

    def handle(self, *args: Any, port: int, sandbox_port: int, bucket_port: int, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("This is for development only. docs/operations.md describes production.")
        os.umask(0o077)  # of the children too: the database in var/ holds sessions
        for number in (port, sandbox_port, bucket_port):
            _refuse_unless_free(number)
        settings.SANDBOX_ENDPOINT = f"http://127.0.0.1:{sandbox_port}"
        os.environ["TRROADMIN_SANDBOX_ENDPOINT"] = settings.SANDBOX_ENDPOINT
        os.environ["TRROADMIN_SANDBOX_STORAGE"] = bucket_url = f"http://127.0.0.1:{bucket_port}"
        settings.PUBLIC_URL = os.environ["TRROADMIN_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        call_command("migrate", verbosity=0)
        call_command("createcachetable")
        call_command("sample")
        manage = [sys.executable, "manage.py"]
        journal = settings.VAR_DIR / "sandbox-journal.jsonl"
        commands = {
            "bucket": [*manage, "bucket", "--port", str(bucket_port)],
            "sandbox": [
                *manage, "sandbox", "--port", str(sandbox_port), "--journal", str(journal),
                "--storage", bucket_url, "--segment", SEGMENT_SECONDS,
            ],
            "worker": [*manage, "worker"],
            "web": [
                sys.executable, "-m", "gunicorn", "trroadmin.wsgi", "--bind", f"127.0.0.1:{port}",
                "--workers", "2", "--threads", "16", "--log-level", "warning",
            ],
        }  # fmt: skip
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs begin with it ignored
        children = {
            name: subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603
            for name, command in commands.items()
        }
        try:
            for number in (port, sandbox_port, bucket_port):
                _wait_until_open(number, children)
            if all(child.poll() is None for child in children.values()):
                call_command("register_callbacks")  # the sandbox forgets them when it ends
            self._say_where(port)
            while all(child.poll() is None for child in children.values()):
                time.sleep(0.3)
            ended = [name for name, child in children.items() if child.poll() is not None]
            raise CommandError(f"Ended unexpectedly: {', '.join(ended)}. Everything else is stopped too.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            _end(children)

    def _say_where(self, port: int) -> None:
        self.stdout.write(f"\nTRRO Admin runs at  http://127.0.0.1:{port}\n\nSign in as\n")
        for line in (settings.VAR_DIR / "sign-ins.txt").read_text().splitlines():
            self.stdout.write(f"    {line}")
        self.stdout.write("\nNothing here reaches Tencent Cloud: a sandbox stands in. Ctrl-C stops everything.\n")


def _refuse_unless_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is in use: is TRRO Admin running already? Else choose others: "
                "make run PORT=8001 SANDBOX_PORT=8097 BUCKET_PORT=8096"
            ) from None


def _wait_until_open(port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    while all(child.poll() is None for child in children.values()):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """SIGTERM to each, and SIGKILL to what has not ended in time; children lead sessions of their own."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    limit = time.monotonic() + ENDING_SECONDS
    for child in children.values():
        try:
            child.wait(timeout=max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
