"""Fields for secrets: they accept a secret and never show it again."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator, RegexValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from recordings.web.edit import EditForm

SHORTEST, LONGEST = 8, 128

key_rules = (
    RegexValidator(r"\A[!-~]*\Z", _("Letters, digits and ASCII symbols only, without spaces. Copy it again.")),
    MinLengthValidator(SHORTEST, _("Too short: at least 8 characters. Copy all of it again.")),
    MaxLengthValidator(LONGEST, _("Too long: at most 128 characters. Copy only the key again.")),
)
"""What ids and secrets of either vendor look like. No `maxlength`, with which a browser would cut a key silently."""


class SecretField(forms.CharField):
    """A secret. White space around it is removed; the resulting page never contains it."""

    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"})
    default_validators = list(key_rules)


class SecretsForm(EditForm):
    """A form with secrets, all of them required."""

    SECRETS: tuple[str, ...]

    def hint(self, hints: Mapping[str, str]) -> None:
        """Say how each secret that is stored now ends, as far as `hints` knows."""
        for name, hint in hints.items():
            if hint:
                self.fields[name].help_text = format_lazy(_("Current key: ••••{hint}"), hint=hint)

    @property
    def asks_for_secrets_again(self) -> bool:
        return self.is_bound and bool(self.errors) and any(self.data.get(name) for name in self.SECRETS)


class NoSecretsForm(EditForm):
    """A form on which keys could be replaced once: says where to do it now, rather than ignore a key that came."""

    MOVED: tuple[str, ...]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(self.data.get(name) for name in self.MOVED):
            raise ValidationError(_("A key is replaced on a page of its own: use Replace key."))
        return cleaned
