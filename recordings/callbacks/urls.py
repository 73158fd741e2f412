from django.urls import path

from recordings.callbacks import project_views, views

urlpatterns = [
    path("callbacks/<str:token>/", views.receive, name="callback"),
    path("fleet/projects/<row:pk>/callbacks/", project_views.project_callbacks, name="project_callbacks"),
    path(
        "fleet/projects/<row:pk>/callbacks/register/",
        project_views.project_callbacks_register,
        name="project_callbacks_register",
    ),
    path(
        "fleet/projects/<row:pk>/callbacks/replace/",
        project_views.project_callbacks_replace,
        name="project_callbacks_replace",
    ),
    path(
        "fleet/projects/<row:pk>/callbacks/retire/",
        project_views.project_callbacks_retire,
        name="project_callbacks_retire",
    ),
    path("fleet/projects/<row:pk>/callbacks/try/", project_views.project_callbacks_try, name="project_callbacks_try"),
]
