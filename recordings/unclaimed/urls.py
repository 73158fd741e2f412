from django.urls import path
from django.views.generic import RedirectView

from recordings.unclaimed import views

urlpatterns = [
    path("unclaimed/", views.quarantine, name="quarantine"),
    path("unclaimed/<row:pk>/claim/", views.quarantine_adopt, name="quarantine_adopt"),
    path("unclaimed/<row:pk>/dismiss/", views.quarantine_dismiss, name="quarantine_dismiss"),
    path("unclaimed/<row:pk>/stop/", views.quarantine_stop, name="quarantine_stop"),
    path("quarantine/", RedirectView.as_view(pattern_name="quarantine", query_string=True), name="old_unclaimed"),
]
