"""Forms for codes of an authenticator app and recovery codes: limited, audited, each code accepted once."""

from collections.abc import Callable
from typing import Any

import structlog
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recordings import vault
from recordings.audit_log.record import record_audit, record_audit_merged
from recordings.identity.allauth_internals import (
    PENDING_TOTP_SECRET,
    consume_limits,
    current_request,
    new_totp_secret,
    normalize_code,
    totp_lifetime,
)
from recordings.identity.factor_secrets import open_pending, seal_pending
from recordings.models import User

log = structlog.get_logger(__name__)


def accept_code(*, user: User, code: str) -> Authenticator | None:
    """The factor that accepts this code, which cannot be used again; None if no factor does.

    The use of a recovery code is recorded in the audit trail with the number that are left.
    """
    for factor in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
        factor.user = user
        if _accepts(factor, code):
            return factor
    return None


def _accepts(factor: Authenticator, code: str) -> bool:
    """Whether this factor accepts the code. A factor that cannot be decrypted accepts none, and the log names it."""
    try:
        if factor.type == Authenticator.Type.TOTP:
            return bool(factor.wrap().validate_code(code)) and mark_code_used(factor.user, code)
        return _accepts_recovery_code(factor, code)
    except vault.CannotOpen as error:
        log.error("factor_does_not_open", reason=str(error))
        return False


def mark_code_used(user: User, code: str) -> bool:
    """Mark a code of the authenticator app as used; False if it already was.

    It is remembered for as long as it is valid; with a tolerance, allauth remembers it for less.
    """
    return bool(cache.add(f"totp:{user.pk}:{normalize_code(code)}", value=True, timeout=totp_lifetime()))


def _accepts_recovery_code(factor: Authenticator, code: str) -> bool:
    with transaction.atomic():
        codes = factor.wrap()
        if not codes.validate_code(code):
            return False
        record_audit(
            actor=factor.user,
            action="recovery_codes.used",
            target=factor.user,
            after={"left": len(codes.get_unused_codes())},
        )
        return True


MAX_CODES = "5/5m/key,50/d/key"
"""Wrong codes of one user. Five in five minutes alone would allow 1,440 guesses a day."""
CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "autofocus": True}


class _CodeMixin(forms.Form):
    """A code of the authenticator app or a recovery code."""

    user: User
    refusal = "factor.refused"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"), max_length=40, widget=forms.TextInput(CODE_INPUT | {"autocapitalize": "none"})
        )

    def clean_code(self) -> str:
        forget = count_code(self.user)
        code: str = self.cleaned_data["code"]
        factor = accept_code(user=self.user, code=code)
        if factor is None:
            record_audit_merged(actor=self.user, action=self.refusal, target=self.user)
            raise get_adapter().validation_error("incorrect_code")
        forget()
        self.authenticator = factor
        return code


class CodeForm(_CodeMixin, AuthenticateForm):  # type: ignore[misc]
    """At the sign-in, after the password."""


class ConfirmCodeForm(_CodeMixin, ReauthenticateForm):  # type: ignore[misc]
    """Before a sensitive action."""

    refusal = "confirmation.refused"


class AddAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app. The session keeps its encrypted secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code shown by the app"), max_length=40, widget=forms.TextInput(CODE_INPUT)
        )
        self.secret = self._pending_secret()

    def _pending_secret(self) -> str:
        """The secret shown before; a new one when the page is opened, or if the session has none."""
        request = _request()
        if self.is_bound and PENDING_TOTP_SECRET in request.session:
            try:
                return open_pending(request, request.session[PENDING_TOTP_SECRET])
            except vault.CannotOpen:
                pass
        secret = new_totp_secret()
        request.session[PENDING_TOTP_SECRET] = seal_pending(request, secret)
        return secret


def count_code(user: User) -> Callable[[], None]:
    """Count a code before it is checked. Call the result to take a correct code off the count again.

    Counted by user only: at this point they have entered the password. Raises ValidationError after too many.
    """
    used = consume_limits(_request(), action="code", limits=[(MAX_CODES, f"code-{user.pk}")])
    if used is None:
        raise ValidationError(_("Too many wrong codes. Try again later, use a passkey, or ask a credential admin."))
    forget: Callable[[], None] = used.rollback
    return forget


def _request() -> HttpRequest:
    request = current_request()
    assert request is not None  # noqa: S101 (forms are filled in requests only)
    return request
