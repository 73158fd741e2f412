from django.urls import path

from recordings.fleet import list_views, selection_views, sync_views, views

urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/new/", views.project_new, name="project_new"),
    path("projects/<row:pk>/", views.project, name="project"),
    path("projects/<row:pk>/edit/", views.project_edit, name="project_edit"),
    path("sync/", sync_views.sync, name="sync"),
    path("sync/start/", sync_views.sync_start, name="sync_start"),
    path("sync/<row:pk>/", sync_views.sync_review, name="sync_review"),
    path("sync/<row:pk>/apply/", sync_views.sync_apply, name="sync_apply"),
    path("devices/", list_views.devices, name="devices"),
    path("devices/select/", selection_views.select, name="devices_select"),
    path("devices/labels/", selection_views.labels, name="devices_labels"),
    path("devices/new/", views.device_new, name="device_new"),
    path("devices/<row:pk>/", views.device, name="device"),
    path("devices/<row:pk>/edit/", views.device_edit, name="device_edit"),
]
