"""manage.py grant: give somebody a role from the command line, such as the first credential admin."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F

from recordings.audit.usecases import SYSTEM, enter
from recordings.models import Membership, Project, Role, User


class Command(BaseCommand):
    help = "Give a user a role in every project, or in one. Ends the user's sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--project", help="ProjectId; without it all projects, as always for a credential_admin.")

    def handle(self, *args: Any, username: str, role: str, project: str | None, **options: Any) -> None:
        if project and role == Role.CREDENTIAL_ADMIN:
            raise CommandError("A credential admin is one for all projects, which share accounts and storages.")
        try:
            user = User.objects.get(username=username)
            chosen = Project.objects.get(project_id=project) if project else None
        except (User.DoesNotExist, Project.DoesNotExist, Project.MultipleObjectsReturned) as error:
            raise CommandError(str(error)) from None
        with transaction.atomic():
            membership, is_new = Membership.objects.get_or_create(user=user, role=role, project=chosen)
            if is_new:
                User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
                enter(actor=SYSTEM, action="membership.granted", target=user, after={"role": role, "project": project})
        self.stdout.write(str(membership))
