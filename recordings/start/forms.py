"""The start form: every rule of CreateCloudRecording, checked before anything is sent.

Source of the rules: TRRO API, CreateCloudRecording. The form ends in a `StartRequest`.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.lifecycle.start import StartRequest
from recordings.models import Device, Project, Recording, RecordingProfile, StorageCredential
from recordings.start.offers import LoadedChoice, Offers, StorageChoice
from recordings.web.fields import ReasonField, choice_messages, clean_prefix
from recordings.web.parameter_fields import (
    STORAGE_MESSAGES,
    file_length_field,
    idle_time_field,
    output_format_field,
    prefix_field,
    settle_file_length,
    video_stream_field,
)
from recordings.web.reference_form import ReferenceForm


class StartForm(ReferenceForm):
    """What an operator fills in to start one recording. Takes what was not posted from the chosen profile."""

    project = LoadedChoice(
        Project.objects.none(),
        label=gettext_lazy("Project"),
        empty_label=None,
        error_messages=choice_messages(gettext_lazy("Choose one of your projects.")),
    )
    device = forms.ModelChoiceField(
        Device.objects.none(),
        label=gettext_lazy("Device"),
        widget=forms.HiddenInput,
        error_messages=choice_messages(gettext_lazy("Choose a field device of this project.")),
    )
    video_stream_id = video_stream_field()
    profile = LoadedChoice(
        RecordingProfile.objects.none(),
        label=gettext_lazy("Profile"),
        required=False,
        empty_label=gettext_lazy("Custom settings"),
        error_messages=choice_messages(gettext_lazy("Choose a profile from the list, or Custom settings.")),
    )
    storage = StorageChoice(
        StorageCredential.objects.none(),
        label=gettext_lazy("Storage"),
        empty_label=gettext_lazy("Choose a storage"),
        error_messages=STORAGE_MESSAGES,
    )
    output_format = output_format_field()
    max_media_file_duration = file_length_field()
    max_idle_time = idle_time_field()
    file_name_prefix = prefix_field()
    retry_of = forms.ModelChoiceField(Recording.objects.none(), required=False, widget=forms.HiddenInput)
    blocking = forms.ModelChoiceField(Recording.objects.none(), required=False, widget=forms.HiddenInput)
    closes = forms.ModelChoiceField(Recording.objects.none(), required=False, widget=forms.HiddenInput)
    close_reason = ReasonField(required=False, label=gettext_lazy("Reason for closing"))

    PARAMETERS = ("storage", "output_format", "max_media_file_duration", "max_idle_time", "file_name_prefix")

    def __init__(self, data: Mapping[str, Any], *, offers: Offers) -> None:
        """`data` is what was posted, or what the form is shown with at first: it is always bound."""
        super().__init__(data)
        self._found: dict[tuple[str, Any], Any] = {}
        self._offer("project", offers.projects)
        self._offer("profile", offers.profiles)
        self._offer("storage", offers.storages(self.chosen("project")))
        self._choices("device").queryset = offers.devices
        mine = Recording.objects.filter(project__in=offers.scope)
        for name in ("retry_of", "closes", "blocking"):
            self._choices(name).queryset = mine
        self._fill_in_from_profile()

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, LoadedChoice)  # noqa: S101
        field.offer(rows)

    def _choices(self, name: str) -> forms.ModelChoiceField:  # type: ignore[type-arg]
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        return field

    def chosen(self, name: str) -> Any:
        """The current choice of a select, read once; None when it is not among the choices."""
        value = self.data.get(name) or None
        if (name, value) not in self._found:
            try:
                self._found[name, value] = self._choices(name).clean(value)
            except ValidationError:
                self._found[name, value] = None
        return self._found[name, value]

    def in_the_way(self) -> Recording | None:
        """What the page has shown as being in the way, while the form is still about that stream and it is live."""
        found: Recording | None = self.chosen("blocking")
        asked = (str(self.data.get("device")), str(self.data.get("video_stream_id")))
        if found and found.is_live and (str(found.device_id), str(found.video_stream_id)) == asked:
            return found
        return None

    def _fill_in_from_profile(self) -> None:
        """A script may post a profile and nothing else: what is missing (not what is empty) comes from it."""
        profile: RecordingProfile | None = self.chosen("profile")
        missing = [name for name in self.PARAMETERS if name not in self.data]
        if profile and missing:
            answers = parameters_of(profile)
            self.put(**{name: answers[name] for name in missing})

    def clean_file_name_prefix(self) -> tuple[str, ...]:
        return clean_prefix(self.cleaned_data["file_name_prefix"])

    def mark_as_retry_of(self, recording: Recording) -> None:
        """The next press of the button tries again what the vendor refused."""
        self.put(retry_of=str(recording.pk))
        self.replace_reference()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        project, device = cleaned.get("project"), cleaned.get("device")
        if project and device and device.project_id != project.pk:
            self.add_error("device", self.fields["device"].error_messages["invalid_choice"])
        settle_file_length(self, cleaned)
        earlier = cleaned.get("retry_of")
        if earlier and (earlier.device, earlier.video_stream_id) != (device, cleaned.get("video_stream_id")):
            cleaned["retry_of"] = None  # the form was changed: this is another start, not the same one again
        if "closes" in cleaned and cleaned["closes"] is None:
            self.errors.pop("close_reason", None)  # nothing is to be closed, so no reason is needed
        if cleaned.get("closes") and not cleaned.get("close_reason") and "close_reason" not in self.errors:
            self.add_error("close_reason", _("Enter a reason; it is kept on record."))
        return cleaned

    def to_request(self) -> StartRequest:
        """The request. Call it on a valid form only."""
        names = {
            "device", "video_stream_id", "storage", "output_format", "max_media_file_duration", "max_idle_time",
            "file_name_prefix", "reference", "profile", "retry_of", "closes", "close_reason",
        }  # fmt: skip
        return StartRequest(**{name: value for name, value in self.cleaned_data.items() if name in names})


def parameters_of(profile: RecordingProfile) -> dict[str, Any]:
    """A profile's answers, as the start form's fields take them."""
    return {
        "storage": profile.storage_id,
        "output_format": profile.output_format,
        "max_media_file_duration": profile.max_media_file_duration or "",
        "max_idle_time": profile.max_idle_time,
        "file_name_prefix": profile.file_name_prefix,
    }
