from django.urls import path

from recordings.audit import views

urlpatterns = [
    path("", views.trail, name="audit"),
    path("<row:sequence>/", views.entry, name="audit_entry"),
    path("anchors/", views.anchors, name="audit_anchors"),
    path("checks/", views.checks, name="audit_checks"),
    path("checks/new/", views.check, name="audit_check"),
]
