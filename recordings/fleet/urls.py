from django.urls import path

from recordings.fleet import list_views, selection_views, views

urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/new/", views.project_new, name="project_new"),
    path("projects/<row:pk>/", views.project, name="project"),
    path("projects/<row:pk>/edit/", views.project_edit, name="project_edit"),
    path("devices/", list_views.devices, name="devices"),
    path("devices/select/", selection_views.select, name="devices_select"),
    path("devices/labels/", selection_views.labels, name="devices_labels"),
    path("devices/new/", views.device_new, name="device_new"),
    path("devices/<row:pk>/", views.device, name="device"),
    path("devices/<row:pk>/edit/", views.device_edit, name="device_edit"),
]
