"""The one question that is asked before an export: its format."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from recordings.exports.services import ExportRequest
from recordings.models import Export


class ExportForm(forms.Form):
    """The format; what is exported is what the list was filtered by."""

    format = forms.ChoiceField(
        label=_("Format"), choices=Export.Format.choices, initial=Export.Format.CSV, widget=forms.RadioSelect
    )

    def to_request(self, subject: str, query: str) -> ExportRequest:
        return ExportRequest(
            subject=subject, format=self.cleaned_data["format"], query=query, language=get_language() or "en"
        )
