"""Forms that carry a reference of their own: what was submitted twice is done once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recordings.lifecycle.reference import BadReference, new_reference, read_reference


class ReferenceForm(forms.Form):
    """A bound form whose signed `reference` names what it will create, and which may change what it is shown with."""

    reference = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_reference(self) -> str:
        try:
            return read_reference(self.cleaned_data["reference"])
        except BadReference as error:
            self.replace_reference()
            if error.expired:
                raise ValidationError(_("This form expired. Check it and submit again.")) from None
            raise ValidationError(_("This form was incomplete. Check it and submit again.")) from None

    def replace_reference(self) -> None:
        """Give the page a fresh reference: the old one was used, or is not good any more.

        Also where it was cleaned already: what the page shows must be what the next press of the button uses.
        """
        fresh = new_reference()
        self.put(reference=fresh)
        if hasattr(self, "cleaned_data"):
            self.cleaned_data["reference"] = read_reference(fresh)

    def put(self, **values: Any) -> None:
        """Change what the page is shown with."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            data[name] = value
        self.data = data
