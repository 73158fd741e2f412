"""Compares a user's projects when an export was built with the projects of now.

A file contains rows of that time. A user who has lost a project since cannot download its rows any more.
"""

from typing import Any

from recordings.models import User
from recordings.permissions import holds_everywhere, projects_where

ALL = "all"


def reach_of(user: User, permission: str) -> str | list[dict[str, Any]]:
    """The projects that rows may be of, for the manifest; `all` includes those to come."""
    if holds_everywhere(user, permission):
        return ALL
    projects = projects_where(user, permission).order_by("pk")
    return [{"id": pk, "project_id": project_id} for pk, project_id in projects.values_list("pk", "project_id")]


def still_reaches(user: User, permission: str, reach: object) -> bool:
    """Whether the person may see all that is in a file with this `reach`; what makes no sense is out of it."""
    if holds_everywhere(user, permission):
        return True
    if not isinstance(reach, list) or not all(isinstance(each, dict) for each in reach):
        return False
    now = set(projects_where(user, permission).values_list("pk", flat=True))
    return {each.get("id") for each in reach} <= now
