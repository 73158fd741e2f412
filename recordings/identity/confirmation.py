"""Whether somebody who is signed in proved a short while ago who they are: what sensitive actions ask for."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from recordings.identity.factors import has_factor
from recordings.models import User

PROOF_ASKED = "sso_proof_asked"
"""In the session of who went to the provider to prove anew who they are."""


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the password, or for who has a second factor the factor, was given within the last minutes.

    Signing in counts: what was asked a minute ago is not asked again. Source: allauth, `record_authentication`.
    """
    if not isinstance(request.user, User):
        return False
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    recent = [each for each in get_authentication_records(request, request.user) if each["at"] > oldest]
    return any(each["method"] == "mfa" for each in recent) if has_factor(request.user) else bool(recent)


def date_back(request: HttpRequest) -> None:
    """Let a single sign-on count from when the person proved who they are at the provider, if the provider says so.

    It may have let in somebody who did so hours ago, and then nothing was confirmed just now: not either when it was
    asked for a proof and does not say. Source: OpenID Connect Core, 3.1.2.1, max_age.
    """
    was_asked = getattr(request, "proof_asked", False)
    proved_at = getattr(request, "proved_at", None)
    if proved_at is None and was_asked:
        proved_at = 0
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    for record in records if proved_at is not None else []:
        if record["method"] == "socialaccount":
            record["at"] = min(record["at"], proved_at)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records


def page_that_asks_again(user: User) -> str:
    """Where this person proves it once more: by the factor, by the password, or by signing in at the provider again."""
    if has_factor(user):
        return reverse("mfa_reauthenticate")
    if user.has_usable_password() or not settings.OIDC_ISSUER:
        return reverse("account_reauthenticate")
    return reverse("openid_connect_login", args=["sso"])
