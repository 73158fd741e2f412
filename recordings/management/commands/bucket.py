"""manage.py bucket: an S3 server in memory, in which the sandbox's recordings are kept while it runs."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.sandbox.bucket_server import running_bucket_server
from recordings.sandbox.fleet import STORAGE


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; touches no database."""

    help = "Run an S3 server in memory, on loopback, with the sample fleet's bucket."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8098)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        signals = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            with running_bucket_server(port=port) as server:
                server.create(STORAGE.bucket, region=STORAGE.region)
                server.grant(STORAGE.access_key, STORAGE.secret_key)
                self.stdout.write(f"Bucket {STORAGE.bucket} at {server.url}")
                self.stdout.flush()
                signal.sigwait(signals)
        except (ImportError, OSError) as error:
            raise CommandError(str(error)) from None
