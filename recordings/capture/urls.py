from django.urls import path

from recordings.capture import views

urlpatterns = [
    path("new/", views.new, name="start"),
    path("new/check/", views.check, name="start_check"),
    path("<int:pk>/close/", views.close, name="recording_close"),
    path("<int:pk>/again/", views.again, name="recording_again"),
]
