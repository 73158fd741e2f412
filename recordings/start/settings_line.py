"""The recording settings in one line, as they are now: what the closed settings of the start form say."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from recordings.models.profiles import OutputFormat
from recordings.start.forms import StartForm, parameters_of

FORMATS = {str(value): str(label) for value, label in OutputFormat.choices}


def settings_line(form: StartForm) -> Sequence[str]:
    """The profile, and whether it was changed, then each setting in words; empty where one is missing or wrong."""
    profile, storage = form.chosen("profile"), form.chosen("storage")
    values = {name: "" if (value := form[name].value()) is None else str(value) for name in StartForm.PARAMETERS}
    format_name = FORMATS.get(values["output_format"])
    if storage is None or format_name is None or any(name in form.errors for name in StartForm.PARAMETERS):
        return ()
    name = _("Custom settings")
    if profile:
        same = {key: str(value) for key, value in parameters_of(profile).items()}
        name = str(profile) if all(values[key] == same[key] for key in values) else _("%s (changed)") % profile
    parts = [name, str(storage), format_name]
    if values["output_format"] != str(OutputFormat.HLS.value):
        parts.append(_("files up to %s min") % values["max_media_file_duration"])
    parts.append(_("stops after %s s without video") % values["max_idle_time"])
    if values["file_name_prefix"]:
        parts.append(f"{values['file_name_prefix']}/")
    return parts
