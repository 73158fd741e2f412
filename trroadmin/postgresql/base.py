"""Django's PostgreSQL backend with the JIT compiler off: pages read few rows, and compiling their queries takes longer
than running them.

A statement sets it on each new connection. PgBouncer, in every mode, refuses connections that send it as an option.
"""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SET jit = off")
        if not self.get_autocommit():
            self.connection.commit()
