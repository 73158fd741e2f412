"""The form that saves a view of the history."""

from django import forms
from django.utils.translation import gettext_lazy as _

from recordings.history.saved_views import ViewRequest, filters_of
from recordings.models.saved_view import LONGEST_QUERY
from recordings.web.fields import short_text


class SavedViewForm(forms.Form):
    """A name for the filters that the list has now."""

    name = short_text(most=60, label=_("Name of the view"))
    is_shared = forms.BooleanField(label=_("Share with everyone"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_QUERY)

    def clean_query(self) -> str:
        """The filters alone, as they are stored: the address may be longer once its characters are escaped."""
        query = filters_of(self.cleaned_data["query"])
        if len(query) > LONGEST_QUERY:
            raise forms.ValidationError(_("These filters are too long to be saved."))
        return query

    def to_request(self) -> ViewRequest:
        cleaned = self.cleaned_data
        return ViewRequest(name=cleaned["name"], query=cleaned["query"], is_shared=cleaned["is_shared"])
