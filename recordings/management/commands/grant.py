"""manage.py grant: give a user a role, such as the first credential admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.models import Membership, Project, Role, User
from recordings.people.services import create_person


class Command(BaseCommand):
    help = "Give a user a role in every project, or in one. Ends the user's sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--project", help="ProjectId; without it all projects, as always for a credential_admin.")
        parser.add_argument(
            "--create", action="store_true", help="Create the user, and print a link to choose a password."
        )

    def handle(
        self, *args: Any, username: str, role: str, project: str | None, create: bool = False, **options: Any
    ) -> None:
        if project and role == Role.CREDENTIAL_ADMIN:
            raise CommandError("A credential admin has this role in all projects, which share accounts and storages.")
        link = ""
        with transaction.atomic():
            if create:
                link = _create(username)
            try:
                user = User.objects.get_by_natural_key(username)
                chosen = Project.objects.get(project_id=project) if project else None
            except (User.DoesNotExist, Project.DoesNotExist, Project.MultipleObjectsReturned) as error:
                raise CommandError(str(error)) from None
            membership, is_new = Membership.objects.get_or_create(user=user, role=role, project=chosen)
            if is_new:
                User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
                record_audit(
                    actor=SYSTEM, action="membership.granted", target=user, after={"role": role, "project": project}
                )
        self.stdout.write(str(membership))
        if link:
            self.stdout.write(f"Link to choose a password, valid once and for three days:\n{link}")


def _create(username: str) -> str:
    """Make the user; the link with which the password is chosen. Raises CommandError."""
    try:
        return create_person(actor=SYSTEM, person=User(username=username), roles=())
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
