from django.urls import path

from recordings.people import acting_views, choosing_views, views

urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.person_new, name="person_new"),
    path("password/", choosing_views.choose, name="choose_password"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.person_edit, name="person_edit"),
    path("<int:pk>/disable/", acting_views.person_disable, name="person_disable"),
    path("<int:pk>/enable/", acting_views.person_enable, name="person_enable"),
    path("<int:pk>/sign-out/", acting_views.person_sign_out, name="person_sign_out"),
    path("<int:pk>/link/", acting_views.person_link, name="person_link"),
    path("<int:pk>/link/done/", acting_views.person_link_done, name="person_link_done"),
    path("<int:pk>/remove-factors/", acting_views.person_remove_factors, name="person_remove_factors"),
]
