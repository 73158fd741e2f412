from django.urls import path

from recordings.exports import views

urlpatterns = [
    path("recordings/export/", views.recordings_export, name="recordings_export"),
    path("audit/export/", views.audit_export, name="audit_export"),
    path("batches/export/", views.batch_export, name="batch_export"),
    path("exports/", views.exports, name="exports"),
    path("exports/<uuid:pk>/", views.export, name="export"),
    path("exports/<uuid:pk>/file/", views.export_file, name="export_file"),
    path("exports/<uuid:pk>/manifest/", views.export_manifest, name="export_manifest"),
]
