"""For load balancers: whether the process lives, and whether it can serve."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recordings.readiness import why_not_ready


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """This process can serve; else 503 with the reason in a few words."""
    if why := why_not_ready():
        return HttpResponse(f"{why}\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
