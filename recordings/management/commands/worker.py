"""manage.py worker: does in the background what is due, until it gets SIGTERM."""

import os
import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser

from recordings.system_checks.keys import refuse_to_start_unless_sound
from recordings.worker.process import run

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = (
        "Stop what shall be stopped, repeat refused starts that may be repeated, interpret callbacks, look for lost "
        "TaskIds, refresh devices, mark what needs attention. Any number can run, on any number of machines."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=1.0, help="Seconds between two cycles.")
        parser.add_argument("--threads", type=int, default=8, help="Calls to the vendor at once.")
        parser.add_argument("--scan-threads", type=int, default=4, help="Buckets scanned at once.")

    def handle(self, *args: Any, every: float, threads: int, scan_threads: int, **options: Any) -> None:
        os.umask(0o077)  # files in var/ belong to this account only
        refuse_to_start_unless_sound()
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        log.info("worker_started")
        run(ending, every=every, threads=threads, scan_threads=scan_threads)
        log.info("worker_ended")
