from django.urls import path

from recordings.files import views

urlpatterns = [
    path("<row:pk>/files/", views.files, name="recording_files"),
    path("<row:pk>/files/look/", views.look, name="recording_look"),
    path("<row:pk>/files/<row:file_pk>/", views.download_file, name="file_download"),
    path("<row:pk>/files/<row:file_pk>/play/", views.play, name="file_play"),
    path("<row:pk>/files/<row:file_pk>/play/trouble/", views.trouble, name="file_trouble"),
    path("<row:pk>/files/<row:file_pk>/playlist/<str:ticket>/", views.playlist_of, name="file_playlist"),
    path("<row:pk>/files/<row:file_pk>/playlist/<str:ticket>/<str:name>", views.segment_of, name="file_segment"),
]
