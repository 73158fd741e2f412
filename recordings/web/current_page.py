"""The address of the page a request came from, with what was typed there."""

from urllib.parse import quote_plus, urlencode, urlsplit

from django.http import (
    HttpRequest,
    QueryDict,
    UnreadablePostError,
)
from django.utils.http import url_has_allowed_host_and_scheme

from recordings.web.render import PageRequest, wants_fragment


def page_to_return_to(request: HttpRequest) -> str:
    """The address of this page; for a posted form, of the page it stood on, with what was typed that is RESTORED."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    try:
        posted = request.POST
    except UnreadablePostError:
        posted = QueryDict()
    kept = {
        name: posted[name] for name in posted if name in RESTORED and len(quote_plus(posted[name])) <= LONGEST_RESTORED
    }
    path = _own_address(request, request.headers.get("referer", "")).partition("?")[0] or request.path
    return f"{path}?{urlencode(kept)}" if kept else path


def page_in_view(request: PageRequest) -> str:
    """The address of the page that the browser shows while HTMX requests a part of it; empty without HTMX."""
    return _own_address(request, request.headers.get("hx-current-url", "")) if wants_fragment(request) else ""


def _own_address(request: HttpRequest, url: str) -> str:
    """Path and query of an address of this server; empty for every other text."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return ""
    if parts.netloc != request.get_host() or not url_has_allowed_host_and_scheme(parts.path, None):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


RESTORED = frozenset(
    {
        "project", "device", "video_stream_id", "profile", "storage", "output_format", "max_media_file_duration",
        "max_idle_time", "file_name_prefix", "reason",
    }
)  # fmt: skip

"""Fields of which what was typed outlives a session: no secrets. No other field goes into an address."""

LONGEST_RESTORED = 1500

"""Of one value as quoted in an address, where it is quoted again: gunicorn accepts 4,094 characters in all."""
