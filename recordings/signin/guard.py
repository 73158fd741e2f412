"""The guard of the user's own pages, open to every signed-in user, and status 422 for their invalid forms."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from recordings.audit_log import record as audit
from recordings.identity.confirmation import recently_confirmed
from recordings.web.guard import ask_again, ask_to_sign_in
from recordings.web.render import PageRequest


class InvalidFormMixin:
    """Before a FormView in the list of bases."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response


OwnView = Callable[..., HttpResponseBase]


READ, WRITE, READ_WRITE = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


def own_page(*methods: str, sensitive: bool = False, on_display: bool = False) -> Callable[[OwnView], OwnView]:
    """Open a view, by these methods, to every signed-in user; to a wall display only if `on_display`.

    A `sensitive` view requires that the user confirmed their identity in the last minutes.
    """

    def decorate(view: OwnView) -> OwnView:
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            if request.user.is_display and not on_display:
                audit.record_audit_merged(actor=request.user, action="access.denied", target=request.path)
                raise PermissionDenied
            if sensitive and not recently_confirmed(request):
                return ask_again(request)
            try:
                response = view(cast(PageRequest, request), *args, **kwargs)
            except Http404:
                audit.record_audit_merged(actor=request.user, action="access.missing", target=request.path)
                raise
            response.headers["Cache-Control"] = "no-store"
            return response

        update_wrapper(guarded, view)
        guarded.sensitive = sensitive  # type: ignore[attr-defined]
        return guarded

    return decorate
