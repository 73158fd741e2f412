"""manage.py register_callbacks: tell the vendor where the projects' callbacks go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.audit_log.record import SYSTEM
from recordings.callbacks.registration import KeyNotAllowed, set_up
from recordings.calls import CannotCall
from recordings.models import Project
from recordings.trro.outcome import Accepted


class Command(BaseCommand):
    help = "Register this server's address and signing keys with the vendor, for all projects or for one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", help="ProjectId of the only one to register.")

    def handle(self, *args: Any, project: str | None, **options: Any) -> None:
        projects = Project.objects.select_related("account").order_by("pk")
        if project:
            projects = projects.filter(project_id=project)
            if not projects:
                raise CommandError(f"There is no project {project}.")
        failed = [problem for each in projects if (problem := _register(each))]
        if failed:
            raise CommandError("\n".join(failed))


def _register(project: Project) -> str:
    """Why it could not be registered; empty when it was."""
    try:
        outcome = set_up(actor=SYSTEM, project=project)
    except KeyNotAllowed:
        return (
            f"{project.project_id}: its newest key is not 32 letters and digits, so Tencent Cloud would refuse it. "
            "Make a new key on the project's callback page."
        )
    except CannotCall as error:
        return f"{project.project_id}: {error}"
    return "" if isinstance(outcome, Accepted) else f"{project.project_id}: {outcome.code} {outcome.message}"
