"""Every URL of TRRO Admin: promises to bookmarks and scripts. Each stands in the role matrix test."""

from django.urls import include, path, register_converter
from django.views.i18n import set_language

import recordings.worker.jobs  # noqa: F401  the status page shows what is due for each job
from recordings.row_ids import RowId
from recordings.status.health import healthz, readyz
from recordings.web.keyboard import keyboard
from recordings.web.theme import set_theme

register_converter(RowId, "row")

urlpatterns = [
    path("", include("recordings.dashboard.urls")),
    path("", include("recordings.exports.urls")),
    path("recordings/", include("recordings.start.urls")),
    path("recordings/", include("recordings.stop.urls")),
    path("recordings/", include("recordings.history.urls")),
    path("recordings/", include("recordings.history.file_urls")),
    path("batches/", include("recordings.batches.urls")),
    path("fleet/", include("recordings.fleet.urls")),
    path("profiles/", include("recordings.profiles.urls")),
    path("credentials/", include("recordings.credentials.urls")),
    path("people/", include("recordings.people.urls")),
    path("audit/", include("recordings.audit.urls")),
    path("", include("recordings.callbacks.urls")),
    path("", include("recordings.unclaimed.urls")),
    path("", include("recordings.attention.urls")),
    path("", include("recordings.signin.urls")),
    path("", include("recordings.status.urls")),
    path("language/", set_language, name="language"),
    path("theme/", set_theme, name="theme"),
    path("keyboard/", keyboard, name="keyboard"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
