"""manage.py worker: does in the background what is due, until it is told to end."""

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from recordings.checks import refuse_to_start_unless_sound
from recordings.worker.cycle import run_cycle

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Give up lost calls, take in spilled answers and repeat refused starts that may be repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=1.0, help="Seconds between two cycles.")

    def handle(self, *args: Any, every: float, **options: Any) -> None:
        refuse_to_start_unless_sound()
        ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.set())
        log.info("worker_started")
        while not ending.is_set():
            close_old_connections()
            try:
                run_cycle(timezone.now())
            except Exception:
                log.exception("cycle_failed")  # a database that is away comes back; the next cycle tries again
            ending.wait(every)
        log.info("worker_ended")
