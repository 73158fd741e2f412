"""The page of oneself: roles, how one signs in, and the wall display."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from recordings.identity.factors import FACTORS, must_add_factor
from recordings.identity.sessions import BEGAN
from recordings.permissions import holds
from recordings.signin.guard import LOOK, one_self
from recordings.web.render import PageRequest


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


your_page = one_self(*LOOK, on_display=True)(you)
