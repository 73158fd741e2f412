from django.urls import path

from recordings.batches import control_views, new_views, views

urlpatterns = [
    path("", views.batches, name="batches"),
    path("new/", new_views.new, name="batch_new"),
    path("<row:pk>/", views.batch, name="batch"),
    path("<row:pk>/pause/", control_views.pause, name="batch_pause"),
    path("<row:pk>/resume/", control_views.resume, name="batch_resume"),
    path("<row:pk>/cancel/", control_views.cancel, name="batch_cancel"),
    path("<row:pk>/again/", control_views.again, name="batch_again"),
    path("<row:pk>/confirm/", control_views.confirm, name="batch_confirm"),
]
