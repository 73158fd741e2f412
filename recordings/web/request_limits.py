"""The gate in front of every page: which requests are read at all, and what is said when no sign-in can be counted.

Nothing of a body is read before it has passed. Its pages read nothing of the request and need no database. Bodies of
vendor callbacks have a limit of their own (callbacks/body.py).
"""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template import loader

from recordings.caching.values import CacheUnavailable

FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
"""What browsers send a form as. Files are dropped as they are read: no page takes any."""
CALLBACKS = re.compile(r"/callbacks/[^/]+/")
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class GateMiddleware:
    """Refuses what no browser sends: 400, 411, 413 or 415."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = reason_to_refuse(request)
        return plain_page(refused) if refused else self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A throttle that cannot count refuses, and a body that broke off is no error of this server."""
        match exception:
            case CacheUnavailable():
                response = plain_page(HTTPStatus.SERVICE_UNAVAILABLE)
                response.headers["Retry-After"] = "60"
                return response
            case UnreadablePostError():
                return plain_page(HTTPStatus.BAD_REQUEST)
        return None


def reason_to_refuse(request: HttpRequest) -> HTTPStatus | None:
    """The status with which a request is refused, from its first line and headers alone; None to let it pass."""
    if request.method in WITHOUT_BODY or CALLBACKS.fullmatch(request.path_info):
        return None
    if "Transfer-Encoding" in request.headers:
        return HTTPStatus.LENGTH_REQUIRED
    length = request.headers.get("content-length") or "0"
    if not length.isascii() or not length.isdecimal():
        return HTTPStatus.BAD_REQUEST
    if len(length) > 9 or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type not in FORMS or charset.casefold() not in {"utf-8", "utf8"}:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    return None


def plain_page(status: HTTPStatus) -> HttpResponse:
    """A page of fixed text in both languages."""
    response = HttpResponse(loader.get_template(f"{status.value}.html").render(), status=status.value)
    response.headers["Cache-Control"] = "no-store"
    return response
