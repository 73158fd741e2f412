"""Signing in and out, and the pages of oneself. The names that allauth looks for are its own."""

from django.urls import path

from recordings.people import (
    confirming_views,
    display,
    oidc_views,
    own_factors,
    own_passkeys,
    own_views,
    passwords,
    signing_in_views,
)

urlpatterns = [
    path("login/", signing_in_views.sign_in, name="account_login"),
    path("login/factor/", signing_in_views.factor, name="mfa_authenticate"),
    path("login/passkey/", signing_in_views.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("login/again/", confirming_views.password_again, name="account_reauthenticate"),
    path("login/again/factor/", confirming_views.factor_again, name="mfa_reauthenticate"),
    path("login/again/passkey/", confirming_views.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("login/cancelled/", oidc_views.cancelled, name="socialaccount_login_cancelled"),
    path("login/failed/", oidc_views.failed, name="socialaccount_login_error"),
    path("login/oidc/<slug:provider_id>/", oidc_views.to_provider, name="openid_connect_login"),
    path("login/oidc/<slug:provider_id>/callback/", oidc_views.from_provider, name="openid_connect_callback"),
    path("logout/", signing_in_views.sign_out, name="account_logout"),
    path("you/", own_views.your_page, name="you"),
    path("you/display/", display.begin_display, name="you_display"),
    path("you/password/", passwords.change_password, name="account_change_password"),
    path("you/factors/", own_factors.factors, name="mfa_index"),
    path("you/factors/app/", own_factors.add_app, name="mfa_activate_totp"),
    path("you/factors/app/remove/", own_factors.remove_app, name="mfa_deactivate_totp"),
    path("you/factors/codes/", own_factors.codes, name="mfa_view_recovery_codes"),
    path("you/factors/codes/new/", own_factors.make_codes, name="mfa_generate_recovery_codes"),
    path("you/factors/codes/download/", own_factors.download_codes, name="mfa_download_recovery_codes"),
    path("you/factors/passkeys/", own_passkeys.list_passkeys, name="mfa_list_webauthn"),
    path("you/factors/passkeys/new/", own_passkeys.add_passkey, name="mfa_add_webauthn"),
    path("you/factors/passkeys/<row:pk>/edit/", own_passkeys.name_passkey, name="mfa_edit_webauthn"),
    path("you/factors/passkeys/<row:pk>/remove/", own_passkeys.remove_passkey, name="mfa_remove_webauthn"),
]
