from django.urls import path

from recordings.attention import views

urlpatterns = [
    path("attention/", views.attention, name="attention"),
    path("attention/count/", views.count, name="attention_count"),
    path("attention/decide/", views.decide, name="attention_decide"),
]
