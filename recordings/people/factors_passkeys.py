"""allauth's forms for passkeys: what a browser sends is taken apart without an error of ours, refusals are entered."""

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

from recordings.audit.usecases import enter_merged
from recordings.parameters import refuse_unshowable

MOST_SENT = 64 * 1024
"""Characters of one answer: real ones have three thousand at most."""
NAME_INPUT = {"autocomplete": "off"}


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        help_text=_("So that you know it again: the phone or the key it is on."),
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
    """What the browser's authenticator answered: a few kilobytes, and no deeper than it makes sense."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > MOST_SENT:
            raise get_adapter().validation_error("incorrect_code")
        with _refusing_what_makes_no_sense():
            return super().to_python(value)


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: always one that signs in by itself, since it checks who holds it."""

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name()
        self.fields["credential"] = CredentialField()

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        with _refusing_what_makes_no_sense():
            return dict(super().clean())


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
                return super().clean_credential()
        except ValidationError:
            enter_merged(actor=self.user or "", action=self.refusal, target=self.user or "nobody we know")
            raise


class SignInForm(_Checked, LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of name and password."""

    refusal = "session.refused"


class FactorForm(_Checked):
    """After the password."""


class AgainForm(_Checked, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something sensitive."""

    refusal = "confirmation.refused"
