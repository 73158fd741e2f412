"""The start form: every rule of CreateCloudRecording, checked before anything is sent.

Source of the rules: TRRO API, CreateCloudRecording. The form ends in a `StartRequest`.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.lifecycle.queries import devices_to_start, storages_to_start
from recordings.lifecycle.reference import BadReference, new_reference, read_reference
from recordings.lifecycle.start import StartRequest
from recordings.models import Device, Project, Recording, RecordingProfile, StorageCredential, User
from recordings.models.profiles import OutputFormat
from recordings.permissions import projects_where
from recordings.start.storage_choice import StorageChoice
from recordings.web.fields import ReasonField, choice_messages, clean_prefix, whole_number


class StartForm(forms.Form):
    """What an operator fills in to start one recording. Takes what was not posted from the chosen profile."""

    project = forms.ModelChoiceField(
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
    video_stream_id = whole_number(
        least=0,
        most=99,
        label=gettext_lazy("Video stream"),
        help_text=gettext_lazy("The camera's stream number, from 0 to 99."),
    )
    profile = forms.ModelChoiceField(
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
        error_messages=choice_messages(gettext_lazy("Choose a storage that this project may use and that has a key.")),
    )
    output_format = forms.TypedChoiceField(
        label=gettext_lazy("Output format"),
        choices=OutputFormat.choices,
        coerce=int,
        error_messages=choice_messages(gettext_lazy("Choose one of the five formats.")),
    )
    max_media_file_duration = whole_number(
        least=1,
        most=1440,
        required=False,
        label=gettext_lazy("Max file length (min)"),
        help_text=gettext_lazy("1–1440 min. MP4 and AAC files are split at this length and at 2 GB."),
    )
    max_idle_time = whole_number(
        least=5,
        most=86_400,
        label=gettext_lazy("Stop after no video for (s)"),
        help_text=gettext_lazy("5–86400 s. Recording stops if the device sends no video for this long."),
    )
    file_name_prefix = forms.CharField(
        label=gettext_lazy("File name prefix"),
        required=False,
        strip=False,
        validators=[MaxLengthValidator(255, gettext_lazy("At most 255 characters."))],
        help_text=gettext_lazy("Folder path in the bucket, e.g. mine/shift-a. Letters, digits, _ and - only."),
    )
    reference = forms.CharField(required=False, widget=forms.HiddenInput)
    retry_of = forms.ModelChoiceField(Recording.objects.none(), required=False, widget=forms.HiddenInput)
    blocking = forms.ModelChoiceField(Recording.objects.none(), required=False, widget=forms.HiddenInput)
    closes = forms.ModelChoiceField(Recording.objects.none(), required=False, widget=forms.HiddenInput)
    close_reason = ReasonField(required=False, label=gettext_lazy("Reason for closing"))

    PARAMETERS = ("storage", "output_format", "max_media_file_duration", "max_idle_time", "file_name_prefix")

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        """`data` is what was posted, or what the form is shown with at first: it is always bound."""
        super().__init__(data)
        self._found: dict[tuple[str, Any], Any] = {}
        projects = projects_where(user, "recording.start").filter(account__retired_at=None)
        self._choices("project").queryset = projects
        self._choices("device").queryset = devices_to_start(projects)
        self._choices("profile").queryset = RecordingProfile.objects.filter(
            storage__projects__in=projects, storage__retired_at=None
        ).distinct()
        self._choices("storage").queryset = storages_to_start(self.chosen("project"))
        mine = Recording.objects.filter(project__in=projects)
        self._choices("retry_of").queryset = mine
        self._choices("closes").queryset = mine
        self._choices("blocking").queryset = mine
        self._fill_in_from_profile()

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
            self._set(**{name: answers[name] for name in missing})

    def _set(self, **values: Any) -> None:
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            data[name] = value
        self.data = data

    def _set_reference(self) -> None:
        """Also where it was cleaned already: the panel must show the path that the next press of the button uses."""
        fresh = new_reference()
        self._set(reference=fresh)
        if hasattr(self, "cleaned_data"):
            self.cleaned_data["reference"] = read_reference(fresh)

    def clean_file_name_prefix(self) -> tuple[str, ...]:
        return clean_prefix(self.cleaned_data["file_name_prefix"])

    def clean_reference(self) -> str:
        try:
            return read_reference(self.cleaned_data["reference"])
        except BadReference as error:
            self.replace_reference()
            if error.expired:
                raise ValidationError(_("This form expired. Check it and submit again.")) from None
            raise ValidationError(_("This form was incomplete. Check it and submit again.")) from None

    def replace_reference(self) -> None:
        """Give the page a fresh reference: the old one was used, or is not good any more."""
        self._set_reference()

    def mark_as_retry_of(self, recording: Recording) -> None:
        """The next press of the button tries again what the vendor refused."""
        self._set(retry_of=str(recording.pk))
        self._set_reference()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        project, device = cleaned.get("project"), cleaned.get("device")
        if project and device and device.project_id != project.pk:
            self.add_error("device", self.fields["device"].error_messages["invalid_choice"])
        if cleaned.get("output_format") == OutputFormat.HLS:
            cleaned["max_media_file_duration"] = None
            self.errors.pop("max_media_file_duration", None)
        elif "max_media_file_duration" in cleaned and cleaned["max_media_file_duration"] is None:
            self.add_error("max_media_file_duration", self.fields["max_media_file_duration"].error_messages["required"])
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
