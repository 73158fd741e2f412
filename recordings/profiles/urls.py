from django.urls import path

from recordings.profiles import views

urlpatterns = [
    path("", views.profiles, name="profiles"),
    path("new/", views.profile_new, name="profile_new"),
    path("<row:pk>/", views.profile, name="profile"),
    path("<row:pk>/edit/", views.profile_edit, name="profile_edit"),
]
