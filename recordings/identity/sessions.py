"""How long a session lasts: half an hour without anybody doing anything, and half a day in all.

A page that refreshes itself says so in a header (app.js) and keeps nothing alive. A display session, for a wall
screen, has no idle limit; it may only look (permissions.py, ON_DISPLAY) and sends nothing but its end and the
language. A new password, role or factor ends sessions at once: they hold a hash of `User.session_version`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from recordings.audit_log.record import record_audit, record_audit_merged
from recordings.models import User

BEGAN, ACTIVE, DISPLAY = "began_at", "active_at", "display"
LOOKING = {"GET", "HEAD", "OPTIONS"}
TO_THE_MINUTE = timedelta(minutes=1)
"""How exactly activity is kept: a session is not written at every request."""


class NoStoreMiddleware:
    """Lets no cache keep what was answered to a signed-in user, errors included. Outside of all that may answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.accessed and SESSION_KEY in session:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SessionLimitsMiddleware:
    """Ends a session whose time is over before anything else looks at it, and notes who is active."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and request.user.is_authenticated:
            _limit(request, request.user, timezone.now())
            if request.user.is_authenticated and request.user.is_display:
                _only_look(request, request.user)
        return self.get_response(request)


def _limit(request: HttpRequest, user: User, now: datetime) -> None:
    session = request.session
    is_display = bool(session.get(DISPLAY))
    began = _moment(session.get(BEGAN)) or now
    active = _moment(session.get(ACTIVE)) or now
    idle = now - active >= timedelta(seconds=settings.SESSION_IDLE_AGE) and not is_display
    if idle or now - began >= timedelta(seconds=settings.SESSION_COOKIE_AGE):
        with transaction.atomic():
            record_audit(actor=user, action="session.expired", target=user)
            logout(request)
        return
    user.is_display = is_display
    if BEGAN not in session:
        session[BEGAN] = now.isoformat()
    if ACTIVE not in session or (now - active >= TO_THE_MINUTE and not refreshes_itself(request)):
        session[ACTIVE] = now.isoformat()
        User.objects.filter(pk=user.pk).update(last_seen_at=now)


def _only_look(request: HttpRequest, user: User) -> None:
    """Raise PermissionDenied for anything a wall screen sends, but for its end and the language."""
    if request.method not in LOOKING and request.path not in {reverse("account_logout"), reverse("language")}:
        record_audit_merged(actor=user, action="access.denied", target=request.path)
        raise PermissionDenied


def end_sessions(user: User) -> None:
    """Sign this person out everywhere, from the next request on. In the caller's transaction."""
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Sign the person of this request out in every other browser; here the session goes on, under a new key."""
    end_sessions(user)
    user.refresh_from_db(fields=["session_version"])
    update_session_auth_hash(request, user)


def refreshes_itself(request: HttpRequest) -> bool:
    """Whether a page asked by itself, without anybody having done anything."""
    return request.headers.get("X-Refreshes-Itself") == "true"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
