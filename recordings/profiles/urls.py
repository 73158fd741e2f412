from django.urls import path

from recordings.profiles import views

urlpatterns = [
    path("", views.profiles, name="profiles"),
    path("new/", views.profile_new, name="profile_new"),
    path("<int:pk>/", views.profile, name="profile"),
    path("<int:pk>/edit/", views.profile_edit, name="profile_edit"),
]
