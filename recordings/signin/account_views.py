"""The user's own page, and the wall display that starts there."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from recordings.audit_log.record import record_audit
from recordings.identity.allauth_internals import clear_authentication_records
from recordings.identity.factors import FACTORS, must_add_factor
from recordings.identity.sessions import BEGAN, DISPLAY
from recordings.permissions import holds
from recordings.signin.guard import READ, WRITE, own_page
from recordings.web.render import PageRequest, go_to


def you(request: PageRequest) -> HttpResponse:
    user = request.user
    began = datetime.fromisoformat(request.session.get(BEGAN) or timezone.now().isoformat())
    context = {
        "memberships": user.memberships.select_related("project").order_by("role", "project__name"),
        "factors": Authenticator.objects.filter(user=user, type__in=FACTORS).count(),
        "must_add_factor": must_add_factor(user),
        "single_sign_on": settings.OIDC_NAME if SocialAccount.objects.filter(user=user).exists() else "",
        "may_display": not user.is_display and holds(user, "recording.see"),
        "ends_at": began + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    }
    return render(request, "signin/you.html", context)


your_page = own_page(*READ, on_display=True)(you)


def begin(request: PageRequest) -> HttpResponse:
    """Make this session view-only. Raises PermissionDenied for users who cannot see recordings."""
    if not holds(request.user, "recording.see"):
        raise PermissionDenied
    if must_add_factor(request.user):
        return go_to(request, reverse("mfa_index"))
    with transaction.atomic():
        clear_authentication_records(request)  # a view-only session needs no confirmation
        request.session.cycle_key()
        request.session.set_expiry(settings.SESSION_COOKIE_AGE)  # also when the screen restarts
        request.session[DISPLAY] = True
        request.session[BEGAN] = timezone.now().isoformat()
        record_audit(actor=request.user, action="display.began", target=request.user)
    messages.success(request, gettext("This browser is now a view-only wall display."))
    return go_to(request, f"{reverse('home')}?wall")


begin_display = own_page(*WRITE)(begin)
