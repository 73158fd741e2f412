"""What Django's technical error page may show: where it broke, and no value of anything.

Django masks by name (KEY, SECRET, …) and only settings and headers; keys pass through variables, form fields, the
password in an address of a proxy or database, and the environment. So no value is shown at all, only its type.
"""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

SHOWN_META = frozenset(
    {"PATH_INFO", "REQUEST_METHOD", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "HTTP_HX_REQUEST"}
)


class NoValues(SafeExceptionReporterFilter):
    """Used with DEBUG on and off alike."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_safe_settings(self) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {name: value for name, value in request.META.items() if name in SHOWN_META}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute)

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request else {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        return {name: _Type(value) for name, value in tb_frame.f_locals.items()}.items()


class _Type:
    """Shows itself as the type of a value."""

    def __init__(self, value: object) -> None:
        self._name = type(value).__qualname__

    def __repr__(self) -> str:
        return f"<{self._name}>"
