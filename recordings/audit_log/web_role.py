"""The rights of the PostgreSQL role that web servers and workers run under: entries can be added, never changed.

The schema belongs to another role, under which migrations run. SQLite has no roles: there only chain and anchors tell.
"""

from collections.abc import Sequence

from django.db import connection

from recordings.models import AuditEntry

CHANGES = ("UPDATE", "DELETE", "TRUNCATE")


def grants_for(role: str) -> Sequence[str]:
    """The statements that give `role` its rights, run by the owner of the tables; safe to run again."""
    from psycopg import sql

    names = {
        "role": sql.Identifier(role),
        "database": sql.Identifier(connection.settings_dict["NAME"]),
        "entries": sql.Identifier(AuditEntry._meta.db_table),
    }
    return [sql.SQL(each).format(**names).as_string() for each in STATEMENTS]


STATEMENTS = (
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    "REVOKE ALL ON {entries} FROM {role}",
    "REVOKE ALL ON {entries} FROM PUBLIC",
    "GRANT SELECT, INSERT ON {entries} TO {role}",
)


def may_still_change(role: str) -> bool:
    """Whether `role` gets around its rights: it owns the entries, belongs to who does, or is a superuser."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR pg_has_role(rolname, relowner, 'MEMBER') FROM pg_roles, pg_class"
            " WHERE rolname = %s AND pg_class.oid = %s::regclass",
            [role, AuditEntry._meta.db_table],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def rights_too_many() -> list[str]:
    """What the connected role may do to entries and should not; nothing on SQLite, or before there is a table."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [AuditEntry._meta.db_table])
        if not cursor.fetchone()[0]:
            return []
        rights = ", ".join(["has_table_privilege(%s, %s)"] * len(CHANGES))
        parameters = [each for right in CHANGES for each in (AuditEntry._meta.db_table, right)]
        cursor.execute(f"SELECT {rights}", parameters)
        return [right for right, held in zip(CHANGES, cursor.fetchone(), strict=True) if held]
