"""The form that adds and changes recording profiles.

Source of the rules: TRRO API, CreateCloudRecording.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from recordings.models import RecordingProfile, StorageCredential, User
from recordings.models.profiles import OutputFormat
from recordings.permissions import rows_where
from recordings.web.edit import EditForm
from recordings.web.fields import choice_messages, clean_prefix
from recordings.web.parameter_fields import (
    FORMAT_MESSAGES,
    file_length_field,
    idle_time_field,
    prefix_field,
    settle_file_length,
)


class ProfileForm(EditForm):
    """The new values of a profile."""

    max_media_file_duration = file_length_field(initial=1440)
    max_idle_time = idle_time_field(initial=30)
    file_name_prefix = prefix_field()

    class Meta:
        model = RecordingProfile
        fields = (
            "name", "storage", "output_format", "max_media_file_duration", "max_idle_time", "file_name_prefix",
        )  # fmt: skip
        error_messages = {
            "name": {"unique": _("Another profile has this name.")},
            "storage": choice_messages(_("Choose a storage from the list.")),
            "output_format": FORMAT_MESSAGES,
        }

    def __init__(self, data: Mapping[str, Any] | None, *, user: User, instance: RecordingProfile | None = None) -> None:
        super().__init__(data, instance=instance)
        storages = StorageCredential.objects.filter(retired_at=None)
        self.offer("storage", rows_where(storages, user, "profile.change", through="projects"))

    def clean_file_name_prefix(self) -> str:
        return "/".join(clean_prefix(self.cleaned_data["file_name_prefix"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        settle_file_length(self, cleaned)
        if cleaned.get("output_format") == OutputFormat.HLS:
            self.instance.max_media_file_duration = None
        return cleaned
