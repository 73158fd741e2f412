"""The one Django app: registers its start-up checks."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        from recordings import checks, database_checks, site_checks  # noqa: F401
        from recordings.caching import checks as caching_checks  # noqa: F401
        from recordings.people import signing_in_checks  # noqa: F401
