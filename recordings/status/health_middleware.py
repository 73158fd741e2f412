"""Health checks come from load balancers and kubelets: by any Host header, or by none.

So they are answered before anything looks at the host; every other page keeps that check.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse

from recordings.status.health import healthz, readyz

ANSWERS: Mapping[str, Callable[[HttpRequest], HttpResponse]] = MappingProxyType(
    {"/healthz": healthz, "/readyz": readyz}
)


class HealthMiddleware:
    """Stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in ANSWERS:
            return self.get_response(request)
        response = ANSWERS[request.path_info](request)
        response.headers["Content-Length"] = str(len(response.content))  # Django's own middleware comes later
        return response
