"""What the start form is shown with: remembered addresses, defaults, and a profile's answers."""

from typing import Any

from django.http import QueryDict

from recordings.lifecycle.queries import devices_to_start
from recordings.lifecycle.reference import new_reference
from recordings.models import Project, Recording, RecordingProfile, User
from recordings.permissions import projects_where
from recordings.start.forms import StartForm, parameters_of

DEFAULTS: dict[str, Any] = {
    "video_stream_id": 0,
    "output_format": 3,
    "max_media_file_duration": 1440,
    "max_idle_time": 30,
    "file_name_prefix": "",
}
"""The vendor's own defaults. Source: TRRO API, CreateCloudRecording."""


def first_answers(user: User, query: QueryDict) -> dict[str, Any]:
    """A fresh form: what the address asks for, else the project used last, its default profile, the defaults."""
    given = {name: str(query[name]) for name in (*StartForm.base_fields, "device_search") if name in query}
    answers = DEFAULTS | {"project": _project_of(given.get("device"), user) or _usual_project(user)} | given
    if "profile" not in given:
        answers = _with_default_profile(answers, user) | given
    return answers | {"reference": new_reference()}


def answers_so_far(user: User, posted: QueryDict) -> dict[str, Any]:
    """The same form after another project or profile was chosen, or a device was searched for."""
    answers: dict[str, Any] = posted.dict()
    if posted["refresh"] == "project":
        answers |= {"device": "", "storage": "", "device_search": ""}
        answers = _with_default_profile(answers, user)
    elif posted["refresh"] == "profile":
        answers |= _parameters(StartForm(answers, user=user).chosen("profile"))
    return answers


def _project_of(device: str | None, user: User) -> int | None:
    """A link to start a device's recording need not name the project as well."""
    if not device or not device.isdecimal():
        return None
    devices = devices_to_start(projects_where(user, "recording.start"))
    return devices.filter(pk=device).values_list("project_id", flat=True).first()


def _usual_project(user: User) -> int | str:
    projects = projects_where(user, "recording.start").filter(account__retired_at=None)
    last = Recording.objects.filter(requested_by=user, project__in=projects).order_by("-created_at", "-id").first()
    if last:
        return last.project_id
    first = projects.first()
    return first.pk if first else ""


def _with_default_profile(answers: dict[str, Any], user: User) -> dict[str, Any]:
    form = StartForm(answers, user=user)
    project: Project | None = form.chosen("project")
    if project is None or project.default_profile is None or project.default_profile.storage.retired_at:
        return answers
    return answers | {"profile": project.default_profile_id} | _parameters(project.default_profile)


def _parameters(profile: RecordingProfile | None) -> dict[str, Any]:
    return parameters_of(profile) if profile else {}
