from django.urls import path

from recordings.start import views
from recordings.stop import views

urlpatterns = [
    path("new/", views.new, name="start"),
    path("new/check/", views.check, name="start_check"),
    path("<row:pk>/stop/", views.stop, name="recording_stop"),
    path("<row:pk>/resolve/", views.resolve, name="recording_resolve"),
    path("<row:pk>/close/", views.close, name="recording_close"),
    path("<row:pk>/again/", views.again, name="recording_again"),
]
