from django.urls import path

from recordings.start import views

urlpatterns = [
    path("new/", views.new, name="start"),
    path("new/check/", views.check, name="start_check"),
    path("<row:pk>/again/", views.again, name="recording_again"),
]
