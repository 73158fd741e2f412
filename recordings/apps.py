"""The one Django app: registers its start-up checks."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        from recordings import checks  # noqa: F401
