"""A form whose CSRF token is no longer valid."""

from django.http import (
    HttpRequest,
    HttpResponse,
)

from recordings.web.current_page import page_to_return_to
from recordings.web.render import render_either


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure view: says what happened and what to do instead of a bare 403."""
    fragment = "components/_form_expired.html"
    context = {"reload_url": page_to_return_to(request)}
    return render_either(request, "components/form_expired.html", fragment, context, status=403)
