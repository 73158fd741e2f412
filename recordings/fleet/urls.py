from django.urls import path

from recordings.fleet import views

urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/new/", views.project_new, name="project_new"),
    path("projects/<row:pk>/", views.project, name="project"),
    path("projects/<row:pk>/edit/", views.project_edit, name="project_edit"),
    path("devices/", views.devices, name="devices"),
    path("devices/new/", views.device_new, name="device_new"),
    path("devices/<row:pk>/", views.device, name="device"),
    path("devices/<row:pk>/edit/", views.device_edit, name="device_edit"),
]
