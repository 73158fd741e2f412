"""Give a PostgreSQL role the rights that web servers and workers need: no entry of the audit trail can be changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction

from recordings.audit_log.web_role import grants_for, may_still_change


class Command(BaseCommand):
    help = "Print the GRANTs for the role that servers and workers run under, or apply them as the tables' owner."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")
        parser.add_argument("--apply", action="store_true", help="run them instead of printing them")

    def handle(self, *args: Any, role: str, apply: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles.")
        statements = grants_for(role)
        if not apply:
            self.stdout.write("".join(f"{each};\n" for each in statements))
            return
        if may_still_change(role):
            raise CommandError(
                f"{role} owns the audit trail or is a superuser: no GRANT keeps it from changing entries."
            )
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for each in statements:
                    cursor.execute(each)
        except DatabaseError as error:
            raise CommandError(f"Nothing was changed: {str(error).strip()}") from None
        self.stdout.write(f"{role} can add audit entries but not change them.")
