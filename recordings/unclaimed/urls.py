from django.urls import path
from django.views.generic import RedirectView

from recordings.unclaimed import views

urlpatterns = [
    path("unclaimed/", views.tasks, name="unclaimed"),
    path("unclaimed/<row:pk>/claim/", views.claim, name="unclaimed_claim"),
    path("unclaimed/<row:pk>/dismiss/", views.dismiss, name="unclaimed_dismiss"),
    path("unclaimed/<row:pk>/stop/", views.stop, name="unclaimed_stop"),
    path("quarantine/", RedirectView.as_view(pattern_name="unclaimed", query_string=True), name="old_unclaimed"),
]
