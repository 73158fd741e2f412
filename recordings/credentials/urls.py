from django.urls import path

from recordings.credentials import views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<uuid:pk>/", views.account, name="account"),
    path("accounts/<uuid:pk>/edit/", views.account_edit, name="account_edit"),
    path("storage/", views.storages, name="storages"),
    path("storage/new/", views.storage_new, name="storage_new"),
    path("storage/<int:pk>/", views.storage, name="storage"),
    path("storage/<int:pk>/edit/", views.storage_edit, name="storage_edit"),
    path("storage/<int:pk>/test/", views.storage_test, name="storage_test"),
]
