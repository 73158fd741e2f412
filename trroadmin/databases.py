"""What settings.py needs for the database, from one address."""

from pathlib import Path
from typing import Any

import environ

from trroadmin.environment import address

SCHEMES = ("sqlite", "postgres", "postgresql")


def database(env: environ.Env, file: Path, *, is_pooled: bool) -> dict[str, Any]:
    """Django's settings of the database in DATABASE_URL, or of SQLite in `file`. Raises ImproperlyConfigured.

    `is_pooled`: a pooler gives each transaction another connection, so cursors of the server cannot be used.
    """
    found = address(env.db_url, "DATABASE_URL", default=f"sqlite:///{file}", schemes=SCHEMES)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds to wait for another writer
            # FULL, not NORMAL: a power loss must not take the last TaskId with it
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        }
    if is_pooled:
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
    return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
