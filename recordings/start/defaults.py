"""What the start form is shown with: remembered addresses, defaults, and a profile's answers."""

from typing import Any

from django.http import QueryDict

from recordings.lifecycle.reference import new_reference
from recordings.models import Project, RecordingProfile
from recordings.start.forms import StartForm, parameters_of
from recordings.start.offers import Offers

DEFAULTS: dict[str, Any] = {
    "video_stream_id": 0,
    "output_format": 3,
    "max_media_file_duration": 1440,
    "max_idle_time": 30,
    "file_name_prefix": "",
}
"""The vendor's own defaults. Source: TRRO API, CreateCloudRecording."""


def first_answers(offers: Offers, query: QueryDict) -> dict[str, Any]:
    """A fresh form: what the address asks for, else the project used last, its default profile, the defaults."""
    given = {
        name: str(query[name]) for name in (*StartForm.base_fields, "device_search", "device_label") if name in query
    }
    answers = DEFAULTS | {"project": _project_of(given.get("device"), offers) or _usual_project(offers)} | given
    if "profile" not in given:
        answers = _with_default_profile(answers, offers) | given
    return answers | {"reference": new_reference()}


def answers_so_far(offers: Offers, posted: QueryDict) -> dict[str, Any]:
    """The same form after another project or profile was chosen, or a device was searched for."""
    answers: dict[str, Any] = posted.dict()
    if posted["refresh"] == "project":
        answers |= {"device": "", "storage": "", "device_search": "", "device_label": ""}
        answers = _with_default_profile(answers, offers)
    elif posted["refresh"] == "profile":
        answers |= _parameters(StartForm(answers, offers=offers).chosen("profile"))
    return answers


def _project_of(device: str | None, offers: Offers) -> int | None:
    """A link to start a device's recording need not name the project as well."""
    if not device or not device.isdecimal():
        return None
    return offers.devices.filter(pk=device).values_list("project_id", flat=True).first()


def _usual_project(offers: Offers) -> int | str:
    project = offers.usual_project()
    return project.pk if project else ""


def _with_default_profile(answers: dict[str, Any], offers: Offers) -> dict[str, Any]:
    project: Project | None = StartForm(answers, offers=offers).chosen("project")
    if project is None or project.default_profile is None or project.default_profile.storage.retired_at:
        return answers
    return answers | {"profile": project.default_profile_id} | _parameters(project.default_profile)


def _parameters(profile: RecordingProfile | None) -> dict[str, Any]:
    return parameters_of(profile) if profile else {}
