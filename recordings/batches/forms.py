"""The forms of batches: a new one, of starts or of stops, and the reason with which one is paused or cancelled."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.batches.queries import profiles_to_start, projects_of
from recordings.batches.targets import MAX_PASTED
from recordings.lifecycle.batches.create import REASON_ABOVE
from recordings.models import Batch, Project, RecordingProfile, User
from recordings.web.fields import ReasonField, choice_messages, short_text
from recordings.web.reference_form import ReferenceForm

MAX_STREAMS = 10
STREAMS_RULE = gettext_lazy("Stream numbers from 0 to 99 with a comma between them, at most 10.")


class StreamsField(forms.CharField):
    """Stream numbers as they are typed: `0` or `0, 1, 2`."""

    def clean(self, value: Any) -> tuple[int, ...]:
        text = str(super().clean(value)).replace("，", ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parts or not all(part.isascii() and part.isdecimal() and len(part) <= 2 for part in parts):
            raise ValidationError(STREAMS_RULE)
        numbers = tuple(sorted({int(part) for part in parts}))
        if len(numbers) > MAX_STREAMS:
            raise ValidationError(STREAMS_RULE)
        return numbers


class NewBatchForm(ReferenceForm):
    """What both kinds of batch ask: the targets, a name, and the form's own reference."""

    action = forms.ChoiceField(choices=Batch.Action.choices, widget=forms.HiddenInput)
    targets = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-keep": ""}))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    pasted = forms.CharField(
        required=False,
        label=gettext_lazy("Add devices by id"),
        help_text=gettext_lazy("Paste ids from a spreadsheet or a chat, with anything between them."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        max_length=MAX_PASTED * 40,
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        required=False,
        label=gettext_lazy("Project of these ids"),
        empty_label=gettext_lazy("Any of your projects"),
        error_messages=choice_messages(gettext_lazy("Choose one of your projects.")),
    )
    name = short_text(most=100, label=gettext_lazy("Name"), required=False)

    def __init__(self, data: Mapping[str, Any], *, user: User, permission: str) -> None:
        super().__init__(data)
        self._offer("project", projects_of(user, permission))

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = rows


class StartBatchForm(NewBatchForm):
    """Many starts: their streams and the profile that has all settings."""

    streams = StreamsField(label=gettext_lazy("Video streams"), help_text=STREAMS_RULE, initial="0")
    profile = forms.ModelChoiceField(
        RecordingProfile.objects.none(),
        label=gettext_lazy("Profile"),
        empty_label=gettext_lazy("Choose a profile"),
        error_messages=choice_messages(gettext_lazy("Choose a profile from the list.")),
    )
    only_fitting = forms.BooleanField(required=False, label=gettext_lazy("Only as many as fit below the limit"))
    reason = ReasonField(required=False)

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data, user=user, permission="recording.start")
        self._offer("profile", profiles_to_start(user))


class StopBatchForm(NewBatchForm):
    """Many stops: why, and above 20 recordings their number, typed."""

    reason = ReasonField(required=False, help_text=gettext_lazy("Kept in the audit trail."))
    typed = forms.CharField(required=False, max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"}))

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data, user=user, permission="recording.stop")

    def demand(self, number: int) -> None:
        """Above 20 recordings ask for a reason and for their number. Call it on a form that was validated."""
        if number <= REASON_ABOVE:
            return
        if not self.cleaned_data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Enter a reason; it is kept on record."))
        if self.cleaned_data.get("typed", "").strip() != str(number):
            self.add_error("typed", _("Type %(number)s, the number of recordings.") % {"number": number})


class ControlForm(forms.Form):
    """Why a batch is paused or cancelled: kept if it is given."""

    reason = ReasonField(required=False, help_text=gettext_lazy("Kept in the audit trail."))
