"""allauth's forms for passkeys: what a browser sends is taken apart without an error of ours, refusals are entered.

What is stored or signs in was made in a ceremony at PUBLIC_URL's own origin: another port or scheme of the same host
is another site to a browser, though the libraries below let it pass.
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
"""Characters of one answer: real ones have three thousand at most."""
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
def _refusing_what_makes_no_sense() -> Iterator[None]:
    """The libraries below raise what Python raises when the browser's answer is not built as they expect."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CredentialField(forms.JSONField):
    """What the browser's authenticator answered to this site: a few kilobytes, and no deeper than it makes sense."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > MAX_SENT:
            raise get_adapter().validation_error("incorrect_code")
        with _refusing_what_makes_no_sense():
            return super().to_python(value)


def refuse_other_origins(answer: Any) -> None:
    """Raise ValidationError for a ceremony at another origin, or in a frame of another site."""
    client_data = CollectedClientData(websafe_decode(answer["response"]["clientDataJSON"]))
    if client_data.origin != public_origin() or client_data.cross_origin:
        raise get_adapter().validation_error("incorrect_code")


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: always one that signs in by itself, since it checks who holds it."""

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name()
        self.fields["credential"] = CredentialField()

    def clean(self) -> dict[str, Any]:
        """Complete the ceremony that this session began. Without one nothing is valid, so nothing is stored."""
        cleaned: dict[str, Any] = self.cleaned_data
        if "credential" not in cleaned:
            return cleaned
        cleaned["passwordless"] = True
        with _refusing_what_makes_no_sense():
            refuse_other_origins(cleaned["credential"])
            binding = complete_passkey_registration(cleaned["credential"])
        if not binding.is_user_verified():
            raise get_adapter().validation_error("incorrect_code")
        return cleaned


class NamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name()


class _Checked(AuthenticateWebAuthnForm):  # type: ignore[misc]
    refusal = "factor.refused"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def clean_credential(self) -> Authenticator:
        try:
            with _refusing_what_makes_no_sense():
                refuse_other_origins(self.cleaned_data["credential"])
                factor: Authenticator = super().clean_credential()
                advance_counter(factor, self.cleaned_data["credential"])
            return factor
        except ValidationError:
            record_audit_merged(actor=self.user or "", action=self.refusal, target=self.user or "nobody we know")
            raise


class SignInForm(_Checked, LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of name and password."""

    refusal = "session.refused"


class FactorForm(_Checked):
    """After the password."""


class AgainForm(_Checked, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something sensitive."""

    refusal = "confirmation.refused"
