from django.urls import path

from recordings.dashboard import attention_views, status_views

urlpatterns = [
    path("attention/", attention_views.attention, name="attention"),
    path("attention/count/", attention_views.count, name="attention_count"),
    path("attention/decide/", attention_views.decide, name="attention_decide"),
    path("status/", status_views.status, name="status"),
    path("status/keys/", status_views.encryption, name="encryption"),
]
