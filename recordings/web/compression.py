"""Pages are compressed on their way to the browser: a list of 50 recordings is a tenth of its size.

Compression tells an eavesdropper, by a page's length, whether a text that an attacker brings into it repeats a secret
that the page holds (BREACH). So only pages without such a secret are compressed:

- CSRF tokens are masked with new random bytes in every page, so no guess at one is repeated; the cookie is a header.
- What `allowed` opens shows no secret: keys, passwords and tokens are never shown again. Views that demand a recent
  confirmation (`sensitive`) are left out, and so is the page of a person, which shows a password link for an hour.
- Users' own pages (authenticator key, recovery codes) are not opened by `allowed`, and so are left out.

Besides, Django adds up to 100 random bytes to each response.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WITHOUT_SECRETS = frozenset({"account_login"})
"""Pages that `allowed` does not open."""
SHOWS_A_SECRET = frozenset({"person"})
"""Pages that it does open."""
STATIC_TYPES = ("text/css", "text/javascript", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Stands before WhiteNoise, whose files are compressed already except in development."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if _is_static(request, response) or _is_page_without_secret(request, response):
            return super().process_response(request, response)
        return response


def _is_static(request: HttpRequest, response: HttpResponseBase) -> bool:
    is_file = settings.DEVELOPMENT and request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}")
    return is_file and response.status_code == 200 and _type(response).startswith(STATIC_TYPES)


def _is_page_without_secret(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    if match is None or not _type(response).startswith("text/html") or match.url_name in SHOWS_A_SECRET:
        return False
    is_guarded = bool(getattr(match.func, "permission", "")) and not getattr(match.func, "sensitive", True)
    return is_guarded or match.url_name in WITHOUT_SECRETS


def _type(response: HttpResponseBase) -> str:
    return str(response.headers.get("Content-Type", ""))
