"""Between Django and HTMX: page or fragment, redirects, who may open a view, and what every page shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import quote_plus, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    UnreadablePostError,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from recordings.audit_log import record as audit
from recordings.identity.confirmation import page_that_asks_again, recently_confirmed
from recordings.identity.factors import must_add_factor
from recordings.lifecycle.attention_queries import count_of_attention
from recordings.models import User
from recordings.permissions import holds

P = ParamSpec("P")
Context = Mapping[str, Any]


class PageRequest(HttpRequest):
    """A request of somebody who is signed in, with django-htmx's details: what views behind `allowed` get."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[PageRequest, P], HttpResponseBase]


def wants_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of a page: not when it is boosted, and not when it restores its history."""
    htmx = cast(PageRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_either(
    request: HttpRequest, page: str, fragment: str, context: Context, *, status: int = 200
) -> HttpResponse:
    """The fragment for HTMX, the whole page for everybody else."""
    response = render(request, fragment if wants_fragment(request) else page, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class SeeOther(HttpResponseRedirect):
    """303: whatever this request was, the next one is a GET."""

    status_code = 303


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page, also out of a fragment."""
    if wants_fragment(request):
        return HttpResponseClientRedirect(url)
    return SeeOther(url)


def allowed(
    permission: str, *, sensitive: bool = False
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Open a view to those who hold `permission` anywhere; the view itself scopes objects to projects.

    Signed out: the sign-in page, which leads back with what was typed; for a fragment a notice in place, so that
    nothing on the page is lost. Without the permission: 403. A credential admin without a second factor is led to
    adding one. A `sensitive` view asks for the password or the factor when it was not given a short while ago.
    What is refused, and what is not there for this person, is in the audit trail.
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not holds(request.user, permission):
                audit.enter_merged(actor=request.user, action="access.denied", target=request.path)
                raise PermissionDenied
            if must_add_factor(request.user):
                return go_to(request, reverse("mfa_index"))
            if sensitive and not recently_confirmed(request):
                return ask_again(request)
            try:
                response = view(cast(PageRequest, request), *args, **kwargs)
            except (PermissionDenied, Http404) as error:
                action = "access.missing" if isinstance(error, Http404) else "access.denied"
                audit.enter_merged(actor=request.user, action=action, target=request.path)
                raise
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        update_wrapper(guarded, view)
        guarded.permission, guarded.sensitive = permission, sensitive  # type: ignore[attr-defined]
        return guarded

    return decorate


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in and back. What was posted comes back as query parameters, never a token or a secret."""
    if wants_fragment(request):
        return render(request, "components/_signed_out.html", status=401)
    return redirect_to_login(page_to_return_to(request), reverse("account_login"))


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to giving the password or the factor once more, and back; for a posted fragment a notice in place."""
    page = page_that_asks_again(cast(User, request.user))
    if wants_fragment(request) and request.method == "POST":
        return render(request, "components/_confirm_again.html", {"page": page}, status=403)
    return go_to(request, f"{page}?{urlencode({REDIRECT_FIELD_NAME: page_to_return_to(request)})}")


def page_to_return_to(request: HttpRequest) -> str:
    """The address of this page; for a posted form, of the page it stood on, with what was typed that is RESTORED."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    try:
        posted = request.POST
    except UnreadablePostError:
        posted = QueryDict()
    kept = {
        name: posted[name] for name in posted if name in RESTORED and len(quote_plus(posted[name])) <= LONGEST_RESTORED
    }
    path = _own_address(request, request.headers.get("referer", "")).partition("?")[0] or request.path
    return f"{path}?{urlencode(kept)}" if kept else path


def page_in_view(request: PageRequest) -> str:
    """The address of the page that the browser shows while HTMX asks for a part of it; empty without HTMX."""
    return _own_address(request, request.headers.get("hx-current-url", "")) if wants_fragment(request) else ""


def _own_address(request: HttpRequest, url: str) -> str:
    """Path and query of an address of this server; empty for every other text."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return ""
    if parts.netloc != request.get_host() or not url_has_allowed_host_and_scheme(parts.path, None):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


RESTORED = frozenset(
    {
        "project", "device", "video_stream_id", "profile", "storage", "output_format", "max_media_file_duration",
        "max_idle_time", "file_name_prefix", "reason",
    }
)  # fmt: skip
"""Fields of which what was typed outlives a session: no secrets. No other field goes into an address."""
LONGEST_RESTORED = 1500
"""Of one value as it stands in an address, where it is quoted once more: gunicorn takes 4,094 characters in all."""


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure view: says what happened and what to do instead of a bare 403."""
    fragment = "components/_form_expired.html"
    context = {"anew": page_to_return_to(request)}
    return render_either(request, "components/form_expired.html", fragment, context, status=403)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the navigation."""

    name: str
    url: str
    icon: str
    is_here: bool
    counts: bool = False
    """Whether what waits there is counted."""
    count: str = ""
    """How much waits there; empty for nothing."""


def every_page(request: HttpRequest) -> dict[str, object]:
    """Context processor: the navigation this person may use, and whether the sandbox stands in for the vendor."""
    user = getattr(request, "user", None)
    places = [
        Place(
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
    (_("Unclaimed tasks"), "quarantine", "shield-question-mark", "recording.see"),
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
