"""The parameters of CreateCloudRecording as form fields: the same label, rule and sentence in every form.

Source of the rules: TRRO API, CreateCloudRecording.
"""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from recordings.models.profiles import OutputFormat
from recordings.web.fields import choice_messages, whole_number

FORMAT_MESSAGES = choice_messages(_("Choose one of the five formats."))
STORAGE_MESSAGES = choice_messages(_("Choose a storage that this project may use and that has a key."))


def video_stream_field() -> forms.IntegerField:
    return whole_number(
        least=0, most=99, label=_("Video stream"), help_text=_("The camera's stream number, from 0 to 99.")
    )


def output_format_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Output format"), choices=OutputFormat.choices, coerce=int, error_messages=FORMAT_MESSAGES
    )


def file_length_field(**options: Any) -> forms.IntegerField:
    """In minutes. Not required by itself: `settle_file_length` asks for it where the format has files of a length."""
    return whole_number(
        least=1,
        most=1440,
        required=False,
        label=_("Max file length (min)"),
        help_text=_("1–1440 min. MP4 and AAC files are split at this length and at 2 GB."),
        **options,
    )


def idle_time_field(**options: Any) -> forms.IntegerField:
    """In seconds."""
    return whole_number(
        least=5,
        most=86_400,
        label=_("Stop after no video for (s)"),
        help_text=_("5–86400 s. Recording stops if the device sends no video for this long."),
        **options,
    )


def prefix_field(**options: Any) -> forms.CharField:
    """A path of folders as it is typed; `clean_prefix` checks its parts. Nothing is stripped, so nothing is changed."""
    settings: dict[str, Any] = {
        "label": _("File name prefix"),
        "required": False,
        "strip": False,
        "help_text": _("Folder path in the bucket, e.g. mine/shift-a. Letters, digits, _ and - only."),
        "validators": [MaxLengthValidator(255, _("At most 255 characters."))],
    }
    return forms.CharField(**settings | options)


def settle_file_length(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    """HLS is not divided into files of a length: what was typed is ignored. Every other format needs one."""
    name = "max_media_file_duration"
    if cleaned.get("output_format") == OutputFormat.HLS:
        cleaned[name] = None
        form.errors.pop(name, None)
    elif name in cleaned and cleaned[name] is None:
        form.add_error(name, form.fields[name].error_messages["required"])
