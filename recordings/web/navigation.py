"""What each page shows around its content: the navigation with its counts, and whether the sandbox is in use."""

from dataclasses import dataclass

from django.conf import settings
from django.http import (
    HttpRequest,
)
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.lifecycle.attention_queries import count_of_attention
from recordings.permissions import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One entry of the navigation."""

    name: str
    url: str
    icon: str
    is_here: bool
    counts: bool = False
    """Whether what waits there is counted."""
    count: str = ""
    """The number of items that wait there; empty for none."""


def navigation_context(request: HttpRequest) -> dict[str, object]:
    """Context processor: the navigation of this user, and whether the sandbox replaces Tencent Cloud."""
    user = getattr(request, "user", None)
    places = [
        NavigationItem(
            name=str(name),
            url=reverse(url),
            icon=icon,
            is_here=_is_here(request, reverse(url)),
            counts=url == "attention",
            count=count_of_attention(user) if url == "attention" else "",
        )
        for name, url, icon, permission in NAVIGATION
        if user is not None and holds(user, permission)
    ]
    return {
        "places": places,
        "may_start": user is not None and holds(user, "recording.start"),
        "may_see_trail": user is not None and holds(user, "audit.see"),
        "sandbox_in_use": bool(settings.SANDBOX_ENDPOINT),
    }


NAVIGATION = (
    (_("Recordings"), "recordings", "video", "recording.see"),
    (_("Needs attention"), "attention", "siren", "recording.see"),
    (_("Unclaimed tasks"), "unclaimed", "shield-question-mark", "recording.see"),
    (_("Devices"), "devices", "truck", "fleet.see"),
    (_("Projects"), "projects", "map", "fleet.see"),
    (_("Profiles"), "profiles", "sliders-horizontal", "profile.see"),
    (_("Storage"), "storages", "database", "credential.names"),
    (_("Cloud accounts"), "accounts", "cloud", "credential.names"),
    (pgettext_lazy("page", "People"), "people", "users", "people.see"),
    (_("Audit trail"), "audit", "scroll-text", "audit.see"),
    (pgettext_lazy("page", "Status"), "status", "activity", "status.see"),
)


def _is_here(request: HttpRequest, url: str) -> bool:
    return request.path.startswith(url)
