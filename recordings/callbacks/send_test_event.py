"""A signed test event, posted to this server's public address as the vendor would: whether it arrives, or why not."""

import hashlib
import http.client
import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from recordings import vault
from recordings.audit_log.record import record_audit
from recordings.callbacks.queries import registered_key, valid_keys
from recordings.callbacks.registration import NoCallbackKey, address_of
from recordings.models import CallbackEvent, Project, User
from recordings.permissions import demand
from recordings.trro.event_type import EventType
from recordings.trro.signatures import sign

PATIENCE_SECONDS = 5.0
"""As long as the vendor waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The result of one test event; `why` is a text for users, empty when it arrived."""

    arrived: bool
    milliseconds: int
    why: str = ""


def try_callbacks(*, actor: User, project: Project) -> Trial:
    """Post one signed event to the registered address. Raises PermissionDenied, NoCallbackKey, CannotOpen."""
    demand(actor, "credential.change", project)
    key = registered_key(project) or valid_keys(project).first()
    if key is None:
        raise NoCallbackKey
    body = _body()
    with transaction.atomic():
        record_audit(actor=actor, action="callbacks.tested", target=project, project_id=project.project_id)
    began = time.monotonic()
    why = _post(address_of(project), body, sign(vault.open_sealed(key, "key").encode(), body))
    took = round((time.monotonic() - began) * 1000)
    digest = hashlib.sha256(body).hexdigest()
    if not why and not CallbackEvent.objects.filter(project=project, digest=digest).exists():
        why = _("Another server answered at this address; the event did not arrive here.")
    return Trial(arrived=not why, milliseconds=took, why=why)


def _body() -> bytes:
    now = time.time_ns() // 1_000_000
    info = {"EventMsTs": now, "Test": secrets.token_hex(8)}
    return json.dumps({"EventGroupId": 0, "EventType": EventType.TEST, "CallbackTs": now, "EventInfo": info}).encode()


def _post(address: str, body: bytes, signature: str) -> str:
    """Why the event was not taken; empty when it was answered with 200. Follows no redirect."""
    url = urlsplit(address)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("POST", url.path, body, {"Content-Type": "application/json", "Sign": signature})
        status = connection.getresponse().status
    except TimeoutError:
        return _("No response within five seconds.")
    except OSError as error:
        return _("The address cannot be reached from here: %(why)s") % {"why": error.strerror or type(error).__name__}
    except http.client.HTTPException:
        return _("The server at this address does not speak HTTP.")
    finally:
        connection.close()
    if status == http.client.OK:
        return ""
    if status == http.client.UNAUTHORIZED:
        return _("Rejected (401): another server answers at this address, or it uses another database.")
    return _("Responded with status %(status)s instead of 200.") % {"status": status}
