from django.urls import path

from recordings.history import views

urlpatterns = [
    path("", views.recordings, name="recordings"),
    path("rows/", views.rows, name="recording_rows"),
    path("<row:pk>/", views.recording, name="recording"),
]
