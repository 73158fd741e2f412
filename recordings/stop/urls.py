from django.urls import path

from recordings.stop import close_views, views

urlpatterns = [
    path("<row:pk>/stop/", views.stop, name="recording_stop"),
    path("<row:pk>/resolve/", views.resolve, name="recording_resolve"),
    path("<row:pk>/close/", close_views.close, name="recording_close"),
]
