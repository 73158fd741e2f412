"""Fields for secrets: they accept a secret and never show it again."""

from collections.abc import Mapping
from typing import Any

from django import forms
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
    """A form with secrets, all of them needed for a new row; on an existing one, empty means keep."""

    SECRETS: tuple[str, ...]

    def expect(self, hints: Mapping[str, str]) -> None:
        """Require every secret that is not stored yet; for the others say how they end, as far as `hints` knows."""
        for name in self.SECRETS:
            field = self.fields[name]
            field.required = name not in hints
            if name in hints:
                field.help_text = _keep(hints[name])

    @property
    def asks_for_secrets_again(self) -> bool:
        return self.is_bound and bool(self.errors) and any(self.data.get(name) for name in self.SECRETS)


def _keep(hint: str) -> Any:
    if not hint:
        return _("Leave blank to keep the current key.")
    return format_lazy(_("Current key: ••••{hint}. Leave blank to keep it."), hint=hint)
