"""What settings.py needs for the stores: the database and the queue, each from one address."""

from pathlib import Path
from typing import Any

import environ

from trroadmin.environment import address, known_scheme

SCHEMES = ("sqlite", "postgres", "postgresql")
QUEUE_SCHEMES = (*SCHEMES, "redis", "rediss", "memory")
CACHE_SCHEMES = ("dbcache", "redis", "rediss")


def database(env: environ.Env, file: Path, *, is_pooled: bool) -> dict[str, Any]:
    """Django's settings of the database in DATABASE_URL, or of SQLite in `file`. Raises ImproperlyConfigured.

    `is_pooled`: a pooler gives each transaction another connection, so cursors of the server cannot be used
    (recordings/pooling.py).
    """
    found = address(env.db_url, "DATABASE_URL", default=f"sqlite:///{file}", schemes=SCHEMES)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds to wait for another writer
            # FULL, not NORMAL: a power loss must not take the last TaskId with it
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        }
    else:
        found["ENGINE"] = "trroadmin.postgresql"
    if is_pooled and found["ENGINE"] == "trroadmin.postgresql":
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
        # Django's own default, said here so that no option of DATABASE_URL and no upgrade changes it
        found["OPTIONS"] = found.get("OPTIONS", {}) | {"prepare_threshold": None}
    return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def queue_url(env: environ.Env, file: Path) -> str:
    """The address of the queue, by default an SQLite file. Raises ImproperlyConfigured."""
    return known_scheme(env.str("QUEUE_URL", default=f"sqlite:///{file}"), "QUEUE_URL", QUEUE_SCHEMES)
