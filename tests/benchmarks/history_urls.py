"""The project's addresses and Django's own admin of the recordings, as its documents show it."""

from django.contrib import admin
from django.urls import include, path

from recordings.models import Recording


@admin.register(Recording)
class RecordingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("state", "device", "video_stream_id", "project", "created_at", "requested_by", "task_id")
    list_filter = ("state", "upload_state", "project")
    list_select_related = ("device", "project", "requested_by")
    list_per_page = 50
    search_fields = ("task_id", "request_id", "device__device_id")


urlpatterns = [path("admin/", admin.site.urls), path("", include("trroadmin.urls"))]
