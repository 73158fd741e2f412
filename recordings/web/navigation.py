"""What each page shows around its content: the navigation with its badges, the theme, and whether it is a sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import (
    HttpRequest,
)
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.lifecycle.attention_queries import badges_of
from recordings.models import User
from recordings.permissions import holds
from recordings.web.theme import theme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One entry of the navigation. `key` is the name of its URL."""

    key: str
    name: str
    url: str
    icon: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationGroup:
    """Entries that belong together, under a name for screen readers."""

    name: str
    items: tuple[NavigationItem, ...]


def navigation_context(request: HttpRequest) -> dict[str, object]:
    """Context processor: the navigation of this user, the theme, and whether the sandbox replaces Tencent Cloud.

    Fragments are rendered with it too, so what costs time waits until a template asks for it.
    """
    user = getattr(request, "user", None)
    return {
        "navigation": SimpleLazyObject(lambda: list(_groups_for(user, request.path)) if user is not None else []),
        "badges": SimpleLazyObject(lambda: badges_of(user) if user is not None else None),
        "may_start": user is not None and holds(user, "recording.start"),
        "may_see_trail": user is not None and holds(user, "audit.see"),
        "sandbox_in_use": bool(settings.SANDBOX_ENDPOINT),
        "theme": theme_of(request),
    }


def _groups_for(user: User, path: str) -> Iterator[NavigationGroup]:
    for group, entries in NAVIGATION:
        items = tuple(
            NavigationItem(key=key, name=str(name), url=reverse(key), icon=icon, is_here=_is_here(path, reverse(key)))
            for name, key, icon, permission in entries
            if holds(user, permission)
        )
        if items:
            yield NavigationGroup(name=str(group), items=items)


NAVIGATION = (
    (
        pgettext_lazy("navigation", "Operate"),
        (
            (_("Dashboard"), "home", "layout-dashboard", "recording.see"),
            (_("Recordings"), "recordings", "video", "recording.see"),
            (_("Needs attention"), "attention", "siren", "recording.see"),
            (pgettext_lazy("navigation", "Unclaimed"), "unclaimed", "shield-question-mark", "recording.see"),
        ),
    ),
    (
        pgettext_lazy("navigation", "Plan"),
        ((_("Batches"), "batches", "layers", "batch.see"),),
    ),
    (
        pgettext_lazy("navigation", "Fleet"),
        (
            (_("Devices"), "devices", "truck", "fleet.see"),
            (_("Projects"), "projects", "map", "fleet.see"),
            (_("Profiles"), "profiles", "sliders-horizontal", "profile.see"),
        ),
    ),
    (
        pgettext_lazy("navigation", "Administer"),
        (
            (_("Storage"), "storages", "database", "credential.names"),
            (_("Cloud accounts"), "accounts", "cloud", "credential.names"),
            (pgettext_lazy("page", "People"), "people", "users", "people.see"),
            (_("Audit trail"), "audit", "scroll-text", "audit.see"),
            (pgettext_lazy("page", "Status"), "status", "activity", "status.see"),
        ),
    ),
)
"""Groups in their order; of each entry the name, the name of its URL, its icon and the permission it requires."""


def _is_here(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
