from django.urls import path

from recordings.status import views

urlpatterns = [
    path("status/", views.status, name="status"),
    path("status/keys/", views.encryption, name="encryption"),
]
