from django.urls import path

from recordings.history import recording_views, saved_view_views, summary_view, views

urlpatterns = [
    path("", views.recordings, name="recordings"),
    path("rows/", views.rows, name="recording_rows"),
    path("columns/", views.columns, name="recordings_columns"),
    path("views/", saved_view_views.save, name="recordings_view_save"),
    path("views/<row:pk>/delete/", saved_view_views.delete, name="recordings_view_delete"),
    path("<row:pk>/", recording_views.recording, name="recording"),
    path("<row:pk>/summary/", summary_view.summary, name="recording_summary"),
    path("<row:pk>/calls/<row:call_pk>/", recording_views.call, name="recording_call"),
    path("<row:pk>/support/", recording_views.download_support_pack, name="recording_support"),
]
