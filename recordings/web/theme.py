"""Light, dark, or as the browser's system has it: kept in a cookie, so that the server writes it into the page.

The page has it before its first line is drawn; static/js/preferences.js changes it without leaving the page.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from recordings.web.render import SeeOther

COOKIE = "theme"
SYSTEM = "system"
THEMES = (SYSTEM, "light", "dark")
A_YEAR = 365 * 24 * 60 * 60


def theme_of(request: HttpRequest) -> str:
    """`light` or `dark` where the user has chosen one in this browser, otherwise `system`."""
    theme = request.COOKIES.get(COOKIE, SYSTEM)
    return theme if theme in THEMES else SYSTEM


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in this browser and go back to the page; anything else means `system`."""
    theme = request.POST.get("theme", SYSTEM)
    back = request.POST.get("next", "/")
    response = SeeOther(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    if theme in THEMES and theme != SYSTEM:
        response.set_cookie(
            COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
        )
    else:
        response.delete_cookie(COOKIE)
    return response
