"""allauth's forms for passkeys: malformed input is refused without a server error, and refusals are audited.

Every ceremony must take place at the origin of PUBLIC_URL. For a browser, another port or scheme of the same host is
another site, but the libraries below would accept it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode
from fido2.webauthn import CollectedClientData

from recordings.audit_log.record import record_audit_merged
from recordings.identity.allauth_internals import complete_passkey_registration
from recordings.identity.factors import public_origin
from recordings.identity.passkey_counters import advance_counter
from recordings.web.fields import refuse_unshowable

MAX_SENT = 64 * 1024
"""Characters of one response: real ones have three thousand at most."""
NAME_INPUT = {"autocomplete": "off"}


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        help_text=_("A name to recognise it, e.g. “Office laptop”."),
        max_length=60,
        validators=[refuse_unshowable],
        widget=forms.TextInput(NAME_INPUT),
    )


@contextmanager
def _malformed_refused() -> Iterator[None]:
    """Turn the errors that the libraries below raise for malformed input into ValidationError."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CredentialField(forms.JSONField):
    """The response of the browser's authenticator: JSON of limited size and depth."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > MAX_SENT:
            raise get_adapter().validation_error("incorrect_code")
        with _malformed_refused():
            return super().to_python(value)


def refuse_other_origins(answer: Any) -> None:
    """Raise ValidationError for a ceremony at another origin, or in a frame of another site."""
    client_data = CollectedClientData(websafe_decode(answer["response"]["clientDataJSON"]))
    if client_data.origin != public_origin() or client_data.cross_origin:
        raise get_adapter().validation_error("incorrect_code")


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey. It verifies its holder, so it signs in without a password."""

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name()
        self.fields["credential"] = CredentialField()

    def clean(self) -> dict[str, Any]:
        """Complete the ceremony that this session began. Without one, nothing is valid or stored."""
        cleaned: dict[str, Any] = self.cleaned_data
        if "credential" not in cleaned:
            return cleaned
        cleaned["passwordless"] = True
        with _malformed_refused():
            refuse_other_origins(cleaned["credential"])
            binding = complete_passkey_registration(cleaned["credential"])
        if not binding.is_user_verified():
            raise get_adapter().validation_error("incorrect_code")
        return cleaned


class NamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name()


class _CheckedPasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    refusal = "factor.refused"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def clean_credential(self) -> Authenticator:
        try:
            with _malformed_refused():
                refuse_other_origins(self.cleaned_data["credential"])
                factor: Authenticator = super().clean_credential()
                advance_counter(factor, self.cleaned_data["credential"])
            return factor
        except ValidationError:
            record_audit_merged(actor=self.user or "", action=self.refusal, target=self.user or "unknown user")
            raise


class PasskeySignInForm(_CheckedPasskeyForm, LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of name and password."""

    refusal = "session.refused"


class PasskeyFactorForm(_CheckedPasskeyForm):
    """After the password."""


class ConfirmPasskeyForm(_CheckedPasskeyForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before a sensitive action."""

    refusal = "confirmation.refused"
