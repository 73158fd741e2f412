from django.urls import path

from recordings.files import views

urlpatterns = [
    path("<int:pk>/files/", views.files, name="recording_files"),
    path("<int:pk>/files/look/", views.look, name="recording_look"),
    path("<int:pk>/files/<int:file_pk>/", views.download_file, name="file_download"),
    path("<int:pk>/files/<int:file_pk>/play/", views.play, name="file_play"),
    path("<int:pk>/files/<int:file_pk>/play/trouble/", views.trouble, name="file_trouble"),
    path("<int:pk>/files/<int:file_pk>/playlist/<str:ticket>/", views.playlist_of, name="file_playlist"),
    path("<int:pk>/files/<int:file_pk>/playlist/<str:ticket>/<str:name>", views.segment_of, name="file_segment"),
]
