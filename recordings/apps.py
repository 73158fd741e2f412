"""The one Django app: registers its start-up checks."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        # Models can be imported only from here on
        from recordings.system_checks import cache, database, keys, signin, site  # noqa: F401
