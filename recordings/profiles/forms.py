"""The form that adds and changes recording profiles.

Source of the rules: TRRO API, CreateCloudRecording.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from recordings.models import RecordingProfile, StorageCredential, User
from recordings.models.profiles import OutputFormat
from recordings.permissions import rows_where
from recordings.web.edit import EditForm
from recordings.web.fields import choice_messages, clean_prefix, whole_number


class ProfileForm(EditForm):
    """The new values of a profile."""

    max_media_file_duration = whole_number(
        least=1,
        most=1440,
        initial=1440,
        required=False,
        label=_("Longest file, in minutes"),
        help_text=_("From 1 to 1440. MP4 and AAC files are cut at this length, and at 2 GB. HLS has no such limit."),
    )
    max_idle_time = whole_number(
        least=5,
        most=86_400,
        initial=30,
        label=_("No-video timeout, in seconds"),
        help_text=_("From 5 to 86400. The recording ends when the device sends no video for longer."),
    )
    file_name_prefix = forms.CharField(
        label=_("File name prefix"),
        required=False,
        strip=False,
        validators=[MaxLengthValidator(255, _("At most 255 characters."))],
        help_text=_("Folders in the bucket, separated by /: letters, digits, _ and -."),
    )

    class Meta:
        model = RecordingProfile
        fields = (
            "name", "storage", "output_format", "max_media_file_duration", "max_idle_time", "file_name_prefix",
        )  # fmt: skip
        error_messages = {
            "name": {"unique": _("Another profile has this name.")},
            "storage": choice_messages(_("Choose a storage from the list.")),
            "output_format": choice_messages(_("Choose one of the five formats.")),
        }

    def __init__(self, data: Mapping[str, Any] | None, *, user: User, instance: RecordingProfile | None = None) -> None:
        super().__init__(data, instance=instance)
        storages = StorageCredential.objects.filter(retired_at=None)
        self.offer("storage", rows_where(storages, user, "profile.change", through="projects"))

    def clean_file_name_prefix(self) -> str:
        return "/".join(clean_prefix(self.cleaned_data["file_name_prefix"]))

    def clean(self) -> dict[str, Any]:
        """HLS is not divided into files, so the longest file is ignored."""
        cleaned = super().clean() or self.cleaned_data
        name = "max_media_file_duration"
        if cleaned.get("output_format") == OutputFormat.HLS:
            self.errors.pop(name, None)
            cleaned[name] = self.instance.max_media_file_duration = None
        elif name in cleaned and cleaned[name] is None:
            self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned
