"""Sign-in, sign-out and the user's own pages. The names are those that allauth reverses."""

from django.urls import path

from recordings.signin import account_views, factor_views, oidc_views, passkey_views, password_views, views

urlpatterns = [
    path("people/password/", password_views.choose, name="choose_password"),
    path("login/", views.sign_in, name="account_login"),
    path("login/factor/", views.factor, name="mfa_authenticate"),
    path("login/passkey/", views.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("login/again/", views.confirm_by_password, name="account_reauthenticate"),
    path("login/again/factor/", views.confirm_by_factor, name="mfa_reauthenticate"),
    path("login/again/passkey/", views.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("login/cancelled/", oidc_views.cancelled, name="socialaccount_login_cancelled"),
    path("login/failed/", oidc_views.failed, name="socialaccount_login_error"),
    path("login/oidc/<slug:provider_id>/", oidc_views.to_provider, name="openid_connect_login"),
    path("login/oidc/<slug:provider_id>/callback/", oidc_views.from_provider, name="openid_connect_callback"),
    path("logout/", views.sign_out, name="account_logout"),
    path("you/", account_views.your_page, name="you"),
    path("you/display/", account_views.begin_display, name="you_display"),
    path("you/password/", password_views.change_password, name="account_change_password"),
    path("you/factors/", factor_views.factors, name="mfa_index"),
    path("you/factors/app/", factor_views.add_app, name="mfa_activate_totp"),
    path("you/factors/app/remove/", factor_views.remove_app, name="mfa_deactivate_totp"),
    path("you/factors/codes/", factor_views.codes, name="mfa_view_recovery_codes"),
    path("you/factors/codes/new/", factor_views.make_codes, name="mfa_generate_recovery_codes"),
    path("you/factors/codes/download/", factor_views.download_codes, name="mfa_download_recovery_codes"),
    path("you/factors/passkeys/", passkey_views.list_passkeys, name="mfa_list_webauthn"),
    path("you/factors/passkeys/new/", passkey_views.add_passkey, name="mfa_add_webauthn"),
    path("you/factors/passkeys/<row:pk>/edit/", passkey_views.name_passkey, name="mfa_edit_webauthn"),
    path("you/factors/passkeys/<row:pk>/remove/", passkey_views.remove_passkey, name="mfa_remove_webauthn"),
]
