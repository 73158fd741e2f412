"""Every URL of TRRO Admin: promises to bookmarks and scripts. Each stands in the role matrix test."""

from django.urls import include, path, register_converter
from django.views.generic import RedirectView
from django.views.i18n import set_language

from recordings.dashboard.views import healthz, readyz
from recordings.row_ids import RowId

register_converter(RowId, "row")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="recordings"), name="home"),
    path("", include("recordings.exports.urls")),
    path("recordings/", include("recordings.capture.urls")),
    path("recordings/", include("recordings.history.urls")),
    path("recordings/", include("recordings.files.urls")),
    path("fleet/", include("recordings.fleet.urls")),
    path("profiles/", include("recordings.profiles.urls")),
    path("credentials/", include("recordings.credentials.urls")),
    path("people/", include("recordings.people.urls")),
    path("audit/", include("recordings.audit.urls")),
    path("", include("recordings.callbacks.urls")),
    path("", include("recordings.people.own_urls")),
    path("", include("recordings.dashboard.urls")),
    path("language/", set_language, name="language"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
