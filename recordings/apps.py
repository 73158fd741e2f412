"""The one Django app: registers its start-up checks."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        from recordings.system_checks import cache as caching_checks  # noqa: F401
        from recordings.system_checks import (  # noqa: F401
            database,
            keys,
            signin,
            site,
        )
