"""Page or fragment, and the way from one page to another: between Django and HTMX."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from recordings.models import User

Context = Mapping[str, Any]


class PageRequest(HttpRequest):
    """A request of a signed-in user, with django-htmx's details: what views behind `allowed` get."""

    user: User
    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Whether HTMX requests a part of a page: not when it is boosted, and not when it restores its history."""
    htmx = cast(PageRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_either(
    request: HttpRequest, page: str, fragment: str, context: Context, *, status: int = 200
) -> HttpResponse:
    """The fragment for HTMX, otherwise the whole page."""
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
