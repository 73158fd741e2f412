from django.urls import path

from recordings.dashboard import views

urlpatterns = [path("", views.dashboard, name="home")]
