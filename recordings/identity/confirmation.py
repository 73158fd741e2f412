"""Whether a signed-in user confirmed their identity in the last minutes, as sensitive actions require."""

import time

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from recordings.identity.allauth_internals import authentication_records, backdate_records
from recordings.identity.factors import has_factor
from recordings.models import User

CONFIRMATION_REQUESTED = "sso_proof_asked"
"""In the session of a user who went to the provider to confirm their identity."""


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the user entered the password, or the second factor if they have one, within the last minutes.

    Signing in counts. Source: allauth, `record_authentication`.
    """
    if not isinstance(request.user, User):
        return False
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    recent = [each for each in authentication_records(request, request.user) if each["at"] > oldest]
    return any(each["method"] == "mfa" for each in recent) if has_factor(request.user) else bool(recent)


def backdate_sign_on(request: HttpRequest) -> None:
    """Let a single sign-on count from the time the user authenticated at the provider, if the provider tells it.

    A provider may let in a user who authenticated hours ago: that confirms nothing now. The same holds if it was told
    to authenticate the user and does not say when it did. Source: OpenID Connect Core, 3.1.2.1, max_age.
    """
    was_asked = getattr(request, "confirmation_requested", False)
    authenticated_at = getattr(request, "authenticated_at", None)
    if authenticated_at is None and was_asked:
        authenticated_at = 0
    if authenticated_at is not None:
        backdate_records(request, method="socialaccount", at=authenticated_at)


def confirmation_page(user: User) -> str:
    """Where this user confirms their identity: by second factor, by password, or at the single sign-on provider."""
    if has_factor(user):
        return reverse("mfa_reauthenticate")
    if user.has_usable_password() or not settings.OIDC_ISSUER:
        return reverse("account_reauthenticate")
    return reverse("openid_connect_login", args=["sso"])
