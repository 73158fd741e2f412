"""allauth's account adapter: sign-up is closed, and every sign-in and sign-out is in the audit trail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recordings.audit_log.record import record_audit, record_audit_merged
from recordings.identity.allauth_internals import authentication_records, current_request, roll_back_after_sign_in
from recordings.identity.confirmation import backdate_sign_on
from recordings.identity.sessions import ACTIVE, BEGAN
from recordings.identity.signin_limits import count_guess, counted_address, remember
from recordings.identity.user_names import user_named
from recordings.models import User

PENDING = "pending_hash"
"""The session hash of a user who entered the password and not yet the second factor."""


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, or sign in with a passkey."),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
        "username_password_mismatch": _("User name or password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("Current password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which allauth counts its own limits."""
        return counted_address(request)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether to go there after the sign-in: only to the host of this request."""
        request = current_request()
        assert request is not None  # noqa: S101 (allauth redirects in requests only)
        host, is_secure = request.get_host(), request.is_secure()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=is_secure)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with these credentials. A disabled user gets the same answer as a wrong password."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this password before it is checked (signin_limits.py). Raises ValidationError after too many."""
        usage = count_guess(request, credentials.get("username", ""))
        roll_back_after_sign_in(self, usage)
        if usage is None:
            raise self.validation_error("too_many_login_attempts")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        request.session[PENDING] = user.get_session_auth_hash()
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, unless the password or a role changed since the password was given."""
        if request.session.pop(PENDING, None) != user.get_session_auth_hash() or not user.is_active:
            raise ImmediateHttpResponse(redirect("account_login"))
        ways = [_way(record) for record in authentication_records(request, user)]
        with transaction.atomic():
            super().login(request, user)
            backdate_sign_on(request)
            request.session[BEGAN] = request.session[ACTIVE] = timezone.now().isoformat()
            User.objects.filter(pk=user.pk).update(last_seen_at=timezone.now())
            record_audit(actor=user, action="session.began", target=user, after={"with": ways})

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember(response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        with transaction.atomic():
            if isinstance(request.user, User):
                record_audit(actor=request.user, action="session.ended", target=request.user)
            super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failure. The name is kept only if a user has it: people type passwords there by mistake."""
        if isinstance(request.user, User):
            record_audit_merged(actor=request.user, action="confirmation.refused", target=request.user)
            return
        user = user_named(credentials.get("username", ""))
        record_audit_merged(actor="", action="session.refused", target=user or "unknown user")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """For a passkey or single sign-on of a disabled user, whose identity is confirmed."""
        messages.error(request, gettext("This account is disabled. Ask a credential admin."))
        return redirect("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages are not shown: our views say what they did."""


def _way(record: dict[str, Any]) -> str:
    """One method of the sign-in: password, totp, recovery_codes, webauthn or sso."""
    if record["method"] == "socialaccount":
        return "sso"
    return str(record.get("type", record["method"]))
