"""allauth's adapter: nobody signs up by themselves, and every way in and out is in the audit trail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from recordings.audit.usecases import enter, enter_merged
from recordings.models import User
from recordings.people.sessions import ACTIVE, BEGAN
from recordings.web import client_address


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def login(self, request: HttpRequest, user: User) -> None:
        with transaction.atomic():
            super().login(request, user)
            request.session[BEGAN] = request.session[ACTIVE] = timezone.now().isoformat()
            User.objects.filter(pk=user.pk).update(last_seen_at=timezone.now())
            enter(actor=user, action="session.began", target=user)

    def logout(self, request: HttpRequest) -> None:
        with transaction.atomic():
            if isinstance(request.user, User):
                enter(actor=request.user, action="session.ended", target=request.user)
            super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Enter the failure. The name is kept only if it is one of ours: people type passwords there by mistake."""
        user = User.objects.filter(username=credentials.get("username", "")).first()
        enter_merged(actor="", action="session.refused", target=user or "nobody we know")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, gettext("This account is switched off. Ask a credential admin."))
        return redirect("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Signing in and out needs no message: the page that follows shows it."""
