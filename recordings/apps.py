"""The one Django app: registers its start-up checks and the worker's jobs."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        # Models can be imported only from here on
        from recordings.jobs import register
        from recordings.system_checks import cache, database, keys, signin, site  # noqa: F401
        from recordings.worker.jobs import JOBS

        register(JOBS)
