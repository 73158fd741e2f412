"""`manage.py sandbox`: the sandbox TRRO beside the other commands; it touches no database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recordings.sandbox.command_line import add_arguments, config_of, serve


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT."""

    help = "Run a TRRO of our own on loopback, with a sample fleet."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """The same options as `python -m recordings.sandbox`."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""

        def say(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        serve(config_of(options), say)
