"""What a request leaves in the log: method and path. Its query may hold what a provider of single sign-on sent."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


class PathOnlyMiddleware(RequestMiddleware):
    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
