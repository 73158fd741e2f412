from django.urls import path

from recordings.people import action_views, views

urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.person_new, name="person_new"),
    path("<row:pk>/", views.person, name="person"),
    path("<row:pk>/edit/", views.person_edit, name="person_edit"),
    path("<row:pk>/disable/", action_views.person_disable, name="person_disable"),
    path("<row:pk>/enable/", action_views.person_enable, name="person_enable"),
    path("<row:pk>/sign-out/", action_views.person_sign_out, name="person_sign_out"),
    path("<row:pk>/link/", action_views.person_link, name="person_link"),
    path("<row:pk>/link/done/", action_views.person_link_done, name="person_link_done"),
    path("<row:pk>/remove-factors/", action_views.person_remove_factors, name="person_remove_factors"),
]
