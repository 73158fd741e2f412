"""Who may open a view: the one decorator that every page behind the sign-in carries."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import render
from django.urls import reverse

from recordings.audit_log import record as audit
from recordings.identity.confirmation import confirmation_page, recently_confirmed
from recordings.identity.factors import must_add_factor
from recordings.models import User
from recordings.permissions import holds
from recordings.web.current_page import page_to_return_to
from recordings.web.render import PageRequest, go_to, wants_fragment

P = ParamSpec("P")

View = Callable[Concatenate[PageRequest, P], HttpResponseBase]


def allowed(
    permission: str, *, sensitive: bool = False
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Open a view to those who hold `permission` anywhere; the view itself scopes objects to projects.

    Signed out: the sign-in page, which leads back with what was typed; for a fragment a notice in place, so that
    nothing on the page is lost. Without the permission: 403. A credential admin without a second factor is led to
    adding one. A `sensitive` view requires a recent confirmation by password or factor.
    What is refused, and what is not there for this person, is in the audit trail.
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if not holds(request.user, permission):
                audit.record_audit_merged(actor=request.user, action="access.denied", target=request.path)
                raise PermissionDenied
            if must_add_factor(request.user):
                return go_to(request, reverse("mfa_index"))
            if sensitive and not recently_confirmed(request):
                return ask_again(request)
            try:
                response = view(cast(PageRequest, request), *args, **kwargs)
            except (PermissionDenied, Http404) as error:
                action = "access.missing" if isinstance(error, Http404) else "access.denied"
                audit.record_audit_merged(actor=request.user, action=action, target=request.path)
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
    """Lead to the confirmation by password or factor, and back; for a posted fragment a notice in place."""
    page = confirmation_page(cast(User, request.user))
    if wants_fragment(request) and request.method == "POST":
        return render(request, "components/_confirm_again.html", {"page": page}, status=403)
    return go_to(request, f"{page}?{urlencode({REDIRECT_FIELD_NAME: page_to_return_to(request)})}")
