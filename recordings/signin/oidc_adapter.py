"""Single sign-on: who may sign in, and as which user. Never as an existing user with the same name or address."""

from itertools import chain, count
from typing import Any, NoReturn

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from requests import Session

from recordings.audit_log.record import record_audit, record_audit_merged
from recordings.identity.user_names import cleaned, is_reserved, user_named
from recordings.models import User
from recordings.signin.oidc_provider import SingleSignOn, UnverifiedResponse
from recordings.signin.oidc_roles import GroupRole, roles_of, set_roles_from_groups
from recordings.text import is_showable

log = structlog.get_logger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SingleSignOn:
        return SingleSignOn(request, app=self.get_app(request, provider="sso", client_id=client_id))

    def get_requests_session(self) -> Session:
        """As for calls to Tencent Cloud: no settings from the environment, the configured proxy, no redirects."""
        session: Session = super().get_requests_session()
        session.trust_env, session.max_redirects = False, 0
        if settings.HTTP_PROXY:
            session.proxies = {"http": settings.HTTP_PROXY, "https": settings.HTTP_PROXY}
        return session

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Log why the sign-in failed, without anything the provider sent."""
        reason = str(exception) if isinstance(exception, UnverifiedResponse) else type(exception).__name__
        log.warning("single_sign_on_failed", error=str(error), reason=reason)
        record_audit_merged(actor="", action="session.refused", target="single sign-on")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(_roles(sociallogin))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Give an existing user the roles of their groups; refuse users without a group that has a role."""
        known = sociallogin.user if sociallogin.is_existing else None
        if sociallogin.account.extra_data.get("groups") is None:
            _refuse_without_groups(request, known)
        roles = _roles(sociallogin)
        if known is not None and known.is_active:
            set_roles_from_groups(user=known, roles=roles)
        if not roles:
            record_audit_merged(actor="", action="session.refused", target=known or "unknown user")
            page = render(request, "socialaccount/no_group.html", {"provider": settings.OIDC_NAME}, status=403)
            raise ImmediateHttpResponse(page)
        request.authenticated_at = sociallogin.account.extra_data.get("authenticated_at")  # type: ignore[attr-defined]

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Names from the provider without hidden characters; no address."""
        shown = {name: "".join(filter(is_showable, str(value or ""))) for name, value in data.items()}
        user: User = super().populate_user(request, sociallogin, shown)
        sociallogin.wanted_name = cleaned(shown.get("username", ""))[:140]  # allauth empties a name that is taken
        user.first_name, user.last_name = user.first_name[:150], user.last_name[:150]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Store a new user with their roles. A name that is taken gets a number."""
        user: User = sociallogin.user
        user.set_unusable_password()
        with transaction.atomic():
            user.username = _free_name(sociallogin.wanted_name or "sso")
            user.save()
            sociallogin.account.user = user
            sociallogin.account.save()
            record_audit(actor=user, action="person.came_by_sso", target=user, after={"username": user.username})
            set_roles_from_groups(user=user, roles=_roles(sociallogin))
        return user


def _roles(sociallogin: SocialLogin) -> frozenset[GroupRole]:
    return roles_of(sociallogin.account.extra_data.get("groups") or [])


def _refuse_without_groups(request: HttpRequest, known: User | None) -> NoReturn:
    """Refuse a sign-in for which the provider sent no groups. The user keeps their roles."""
    log.warning("single_sign_on_failed", error="no_groups", reason=f"No claim {settings.OIDC_GROUPS_CLAIM!r} came.")
    record_audit_merged(actor="", action="session.refused", target=known or "unknown user")
    context = {"provider": settings.OIDC_NAME, "claim": settings.OIDC_GROUPS_CLAIM}
    raise ImmediateHttpResponse(render(request, "socialaccount/groups_missing.html", context, status=403))


def _free_name(base: str) -> str:
    numbered = (f"{base}-{number}" for number in count(2))
    return next(name for name in chain([base], numbered) if _is_free(name))


def _is_free(name: str) -> bool:
    return not is_reserved(name) and user_named(name) is None
