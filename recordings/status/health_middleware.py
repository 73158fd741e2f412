"""Health checks come from load balancers and kubelets: by any Host header, or by none.

So they are answered before anything looks at the host; every other page keeps that check.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.http import HttpRequest, HttpResponseBase

from recordings.status.health import healthz, readyz

ANSWERS: Mapping[str, Callable[[HttpRequest], HttpResponseBase]] = MappingProxyType(
    {"/healthz": healthz, "/readyz": readyz}
)


class HealthMiddleware:
    """Stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return ANSWERS.get(request.path_info, self.get_response)(request)
