"""How long a session lasts: half an hour without activity, and half a day in all.

A page that refreshes itself says so in a header (app.js), which does not count as activity. A session of a wall display
has no idle limit; it is view-only (permissions.py, ON_DISPLAY) and may only sign out and change its language and
theme. A new password, role or factor ends sessions at once: they hold a hash of `User.session_version`.
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
READ_METHODS = {"GET", "HEAD", "OPTIONS"}
TO_THE_MINUTE = timedelta(minutes=1)
"""The precision of the time of activity: a session is not written at every request."""


class NoStoreMiddleware:
    """Forbids caching of every response to a signed-in user, errors included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.accessed and SESSION_KEY in session:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SessionLimitsMiddleware:
    """Ends an expired session before any view runs, and records the user's activity."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and request.user.is_authenticated:
            _limit(request, request.user, timezone.now())
            if request.user.is_authenticated and request.user.is_display:
                _refuse_writes(request, request.user)
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


def _refuse_writes(request: HttpRequest, user: User) -> None:
    """Raise PermissionDenied for every write of a wall display, except sign-out, language and theme."""
    if request.method not in READ_METHODS and request.path not in map(reverse, ("account_logout", "language", "theme")):
        record_audit_merged(actor=user, action="access.denied", target=request.path)
        raise PermissionDenied


def end_sessions(user: User) -> None:
    """Sign this user out everywhere, from the next request on. In the caller's transaction."""
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Sign the user of this request out in every other browser; this session continues with a new key."""
    end_sessions(user)
    user.refresh_from_db(fields=["session_version"])
    update_session_auth_hash(request, user)


def refreshes_itself(request: HttpRequest) -> bool:
    """Whether a page sent this request by itself, without the user's action."""
    return request.headers.get("X-Refreshes-Itself") == "true"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
