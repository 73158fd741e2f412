"""The forms of passwords: choosing one with a link, and changing one's own."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.identity.password_links import person_of
from recordings.pasted import IdField
from recordings.web.fields import refuse_unshowable


class PasswordLinkForm(forms.Form):
    """A new password for the user of the link."""

    code = IdField(
        label=gettext_lazy("Code"),
        max_length=100,
        validators=[refuse_unshowable],
        help_text=gettext_lazy("The part after # in the link."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Confirm new password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts()[:1])

    def clean(self) -> dict[str, Any]:
        """An invalid link is the only error shown: the passwords do not matter then."""
        cleaned = super().clean() or self.cleaned_data
        if "code" not in cleaned:
            return cleaned
        person = person_of(cleaned["code"])
        if person is None:
            raise ValidationError(link_invalid_message())
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords do not match."))
        if "password" in cleaned:
            try:
                validate_password(cleaned["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": gettext_lazy("Current password"),
            "password1": gettext_lazy("New password"),
            "password2": gettext_lazy("Confirm new password"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].help_text = ""
        self.fields["password1"].help_text = " ".join(password_validators_help_texts()[:1])


def link_invalid_message() -> str:
    return _("This link has been used, replaced or has expired. Ask a credential admin for a new one.")
