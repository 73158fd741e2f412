"""The form that claims an unclaimed task as a recording."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.lifecycle.claim import ClaimRequest
from recordings.lifecycle.queries import devices_to_start, storages_to_start
from recordings.lifecycle.unclaimed_tasks import TaskDetail, format_of
from recordings.models import Device, StorageCredential
from recordings.pasted import IdField
from recordings.web.fields import ReasonField, clean_prefix
from recordings.web.parameter_fields import STORAGE_MESSAGES, output_format_field, prefix_field, video_stream_field

MAX_OFFERED = 500


class ClaimForm(forms.Form):
    """What a person says an unknown task is. Ends in a `ClaimRequest`."""

    device_id = IdField(
        label="DeviceId",
        max_length=32,
        widget=forms.TextInput(attrs={"list": "device-ids", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("The field device that is being recorded."),
        error_messages={"required": gettext_lazy("Enter the device.")},
    )
    video_stream_id = video_stream_field()
    storage = forms.ModelChoiceField(
        StorageCredential.objects.none(),
        label=gettext_lazy("Storage"),
        empty_label=gettext_lazy("Choose a storage"),
        help_text=gettext_lazy("The bucket its files go to."),
        error_messages=STORAGE_MESSAGES,
    )
    output_format = output_format_field()
    file_name_prefix = prefix_field(
        strip=True,
        max_length=640,
        validators=[],
        help_text=gettext_lazy("Folder path above the TaskId in the bucket, e.g. mine/shift-a. May be empty."),
    )
    reason = ReasonField(
        help_text=gettext_lazy("How you know which device and stream this is. Kept on record."),
        error_messages={"required": gettext_lazy("Enter your evidence; it is kept on record.")},
    )

    def __init__(self, data: Mapping[str, Any] | None, *, task: TaskDetail, files: Sequence[str] = ()) -> None:
        super().__init__(data, initial={"video_stream_id": 0, "output_format": format_of(files)})
        self.devices = devices_to_start([task.project])
        storage = self.fields["storage"]
        assert isinstance(storage, forms.ModelChoiceField)  # noqa: S101
        storage.queryset = storages_to_start(task.project)

    def offered(self) -> list[Device]:
        """Devices whose ids the browser may complete."""
        return list(self.devices[:MAX_OFFERED])

    def clean_device_id(self) -> Device:
        device = self.devices.filter(device_id=self.cleaned_data["device_id"].lower()).first()
        if device is None:
            raise ValidationError(_("This project has no field device with this DeviceId."))
        return device

    def clean_file_name_prefix(self) -> tuple[str, ...]:
        return clean_prefix(self.cleaned_data["file_name_prefix"])

    def to_named(self) -> ClaimRequest:
        cleaned = self.cleaned_data
        return ClaimRequest(
            device=cleaned["device_id"],
            video_stream_id=cleaned["video_stream_id"],
            storage=cleaned["storage"],
            output_format=cleaned["output_format"],
            file_name_prefix=cleaned["file_name_prefix"],
        )


class DismissForm(forms.Form):
    """Why an unclaimed task needs no attention any more."""

    reason = ReasonField(help_text=gettext_lazy("Kept on record."))
