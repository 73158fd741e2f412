from django.urls import path

from recordings.credentials import action_views, key_views, views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<uuid:pk>/", views.account, name="account"),
    path("accounts/<uuid:pk>/edit/", views.account_edit, name="account_edit"),
    path("accounts/<uuid:pk>/key/", key_views.account_key, name="account_key"),
    path("accounts/<uuid:pk>/test/", action_views.account_test, name="account_test"),
    path("accounts/<uuid:pk>/signature/", action_views.account_signature, name="account_signature"),
    path("accounts/<uuid:pk>/retire/", action_views.account_retire, name="account_retire"),
    path("accounts/<uuid:pk>/restore/", action_views.account_restore, name="account_restore"),
    path("storage/", views.storages, name="storages"),
    path("storage/new/", views.storage_new, name="storage_new"),
    path("storage/<row:pk>/", views.storage, name="storage"),
    path("storage/<row:pk>/edit/", views.storage_edit, name="storage_edit"),
    path("storage/<row:pk>/key/", key_views.storage_key, name="storage_key"),
    path("storage/<row:pk>/test/", views.storage_test, name="storage_test"),
    path("storage/<row:pk>/retire/", action_views.storage_retire, name="storage_retire"),
    path("storage/<row:pk>/restore/", action_views.storage_restore, name="storage_restore"),
]
