"""The one Django app: registers permissions and start-up checks."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        from recordings import checks  # noqa: F401
        from recordings.people import permissions  # noqa: F401
