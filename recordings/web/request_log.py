"""What a request leaves in the log: method, path and address. Its query may hold what single sign-on sent."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from recordings.addresses import client_address


class PathOnlyMiddleware(RequestMiddleware):
    """django-structlog's own address is what a client claims in X-Forwarded-For: ours replaces it."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request))
