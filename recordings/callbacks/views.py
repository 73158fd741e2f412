"""Where the vendor posts: no session, no cookie, no CSRF token. The address only routes; the signature decides."""

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from recordings.callbacks.body import Broken, TooLarge, read_body
from recordings.callbacks.group_commit import NotCommitted
from recordings.callbacks.receive import store_callback

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """200 when it is stored; else the vendor sends it again. Every refusal looks the same."""
    try:
        body = read_body(request)
        is_ours = store_callback(token=token, body=body, signature=request.headers.get("sign", ""))
    except TooLarge:
        return JsonResponse({"code": 413}, status=413)
    except Broken:
        return JsonResponse({"code": 400}, status=400)
    except (NotCommitted, DatabaseError):
        log.exception("callback_not_stored")
        return JsonResponse({"code": 503}, status=503)
    return JsonResponse({"code": 0}) if is_ours else JsonResponse({"code": 401}, status=401)
