from django.urls import path

from recordings.history import file_views

urlpatterns = [
    path("<row:pk>/files/", file_views.files, name="recording_files"),
    path("<row:pk>/files/scan/", file_views.scan_now, name="recording_scan"),
    path("<row:pk>/files/<row:file_pk>/", file_views.download_file, name="file_download"),
    path("<row:pk>/files/<row:file_pk>/play/", file_views.play, name="file_play"),
    path("<row:pk>/files/<row:file_pk>/play/trouble/", file_views.trouble, name="file_trouble"),
    path("<row:pk>/files/<row:file_pk>/playlist/<str:ticket>/", file_views.playlist_of, name="file_playlist"),
    path("<row:pk>/files/<row:file_pk>/playlist/<str:ticket>/<str:name>", file_views.segment_of, name="file_segment"),
]
