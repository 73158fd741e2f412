"""Whether this process can serve: its database is there and up to date, and its static files were collected.

The reasons are short and hold no detail: anybody may ask /readyz.
"""

from functools import lru_cache

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from recordings.caching import soft


def why_not_ready() -> str:
    """What is missing, in a few words; empty when this process can serve."""
    try:
        pending = pending_migrations()
    except Error:
        return "the database does not answer"
    if pending:
        return "migrations are pending"
    if not static_files_are_collected():
        return "static files are not collected"
    return "" if soft.answers() else "the cache does not answer"  # without it no user can sign in


def pending_migrations() -> list[str]:
    """The migrations that this version has and the database lacks. Raises django.db.Error."""
    recorder = MigrationRecorder(connection)
    applied = set(recorder.applied_migrations()) if recorder.has_table() else set()
    return [f"{app}.{name}" for app, name in _last_migrations() if (app, name) not in applied]


def static_files_are_collected() -> bool:
    """Whether this process knows the names under which static files are served; development needs none."""
    return not isinstance(staticfiles_storage, ManifestFilesMixin) or bool(staticfiles_storage.hashed_files)


@lru_cache(maxsize=1)
def _last_migrations() -> list[tuple[str, str]]:
    """The last migration of each app: it is applied after all others."""
    return sorted(MigrationLoader(None).graph.leaf_nodes())
