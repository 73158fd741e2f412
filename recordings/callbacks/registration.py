"""Where the vendor posts a project's callbacks, and the keys it signs them with.

Keys are generated here, encrypted, and sent to the vendor; no user needs to see one. During the change the old one
and the new one are both valid; a user retires the old one when callbacks signed with the new one have arrived.
"""

import re
import secrets
import string

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from recordings import calls, vault
from recordings.audit_log.record import record_audit
from recordings.callbacks import keys
from recordings.callbacks.queries import may_retire, registered_key, valid_keys
from recordings.models import ApiCall, CallbackKey, Project, User
from recordings.permissions import demand
from recordings.trro.outcome import Accepted, Outcome
from recordings.trro.requests import ModifyCallbackUrl

MAX_VALID = 2
KEY_LENGTH = 32
KEY_LETTERS = string.ascii_letters + string.digits
"""What the vendor's callback document allows in a key: at most 32 letters and digits. 190 bits."""

ALLOWED_KEY = re.compile(r"[A-Za-z0-9]{1,32}")


class TooManyKeys(Exception):
    """Two keys are valid already: retire one first."""


class NoCallbackKey(Exception):
    """The project has no key that could be registered."""


class KeyNotAllowed(Exception):
    """The newest key is of a form that the vendor refuses: it was made before keys were 32 letters and digits."""


class KeyInUse(Exception):
    """The vendor signs with this key, or may do so: without it, every callback would be refused."""


def address_of(project: Project) -> str:
    """Where the vendor shall post this project's callbacks."""
    return f"{settings.PUBLIC_URL}{reverse('callback', args=[project.callback_token])}"


def new_key() -> str:
    """A random key of the form that the vendor allows."""
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))


def countable_keys(project: Project) -> int:
    """How many valid keys count towards MAX_VALID: not those that the vendor refuses, which must be replaceable."""
    return sum(map(_counts, valid_keys(project)))


def make_key(*, actor: User | str, project: Project) -> CallbackKey:
    """A new valid key, sealed; the vendor does not know it until it is registered.

    Raises PermissionDenied, TooManyKeys.
    """
    _demand(actor, project)
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        if countable_keys(locked) >= MAX_VALID:
            raise TooManyKeys
        key = CallbackKey(project=locked, created_by=_name(actor))
        vault.seal(key, "key", new_key())
        key.save(force_insert=True)
        _record(actor, "callback_key.made", locked, after={"key": str(key.pk)})
    return key


def register(*, actor: User | str, project: Project) -> Outcome:
    """Tell the vendor this server's address and the newest key. Safe to repeat.

    Raises PermissionDenied, NoCallbackKey, KeyNotAllowed, CannotCall. Source: TRRO API, ModifyCallbackUrl.
    """
    _demand(actor, project)
    chosen_at = timezone.now()
    key = valid_keys(project).filter(created_at__lte=chosen_at).order_by("-created_at").first()
    if key is None:
        raise NoCallbackKey
    try:
        opened = vault.open_sealed(key, "key")
    except vault.CannotOpen as error:
        raise calls.CannotCall(str(error)) from None
    if not ALLOWED_KEY.fullmatch(opened):
        raise KeyNotAllowed
    url = address_of(project)
    registered = {"url": url, "key": str(key.pk)}

    def before_call() -> None:
        _record(actor, "callbacks.register_asked", project, after=registered)

    def after_call(row: ApiCall, outcome: Outcome) -> None:
        if not calls.close(row, outcome):
            return
        if isinstance(outcome, Accepted):
            Project.objects.filter(pk=project.pk).update(callback_url=url, callbacks_registered_at=chosen_at)
            _record(actor, "callbacks.registered", project, after=registered)
        else:
            _record(actor, "callbacks.not_registered", project, after=registered | {"code": outcome.code})

    request = ModifyCallbackUrl(project_id=project.project_id, callback_url=url, sign_key=opened)
    outcome = calls.call(account=project.account, request=request, before_call=before_call, after_call=after_call)
    project.refresh_from_db(fields=["callback_url", "callbacks_registered_at"])
    return outcome


def set_up(*, actor: User | str, project: Project) -> Outcome:
    """Register, with a new key when there is none of the form that the vendor allows. Older ones stay valid.

    Raises as `make_key` and `register` do.
    """
    _demand(actor, project)
    if not countable_keys(project):
        make_key(actor=actor, project=project)
    return register(actor=actor, project=project)


def replace_key(*, actor: User, project: Project) -> Outcome:
    """Register a new key, and keep the old one valid. Raises as `make_key` and `register` do."""
    make_key(actor=actor, project=project)
    return register(actor=actor, project=project)


def retire_key(*, actor: User, project: Project, key: CallbackKey) -> None:
    """Believe this key no longer: here at once, in other processes within two seconds. Twice is no error.

    Only one that a newer, registered key has replaced: of a newer one the answer to its registration may be lost, so
    that the vendor signs with it already. Raises PermissionDenied, KeyInUse.
    """
    _demand(actor, project)
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        if not may_retire(key, registered_key(locked)):
            raise KeyInUse
        retired = CallbackKey.objects.filter(pk=key.pk, project=locked, retired_at=None)
        if retired.update(retired_at=timezone.now()) == 1:
            _record(actor, "callback_key.retired", locked, before={"key": str(key.pk)})
    keys.forget()


def _counts(key: CallbackKey) -> bool:
    try:
        return bool(ALLOWED_KEY.fullmatch(vault.open_sealed(key, "key")))
    except vault.CannotOpen:
        return True


def _demand(actor: User | str, project: Project) -> None:
    if isinstance(actor, User):
        demand(actor, "credential.change", project)


def _name(actor: User | str) -> str:
    return actor if isinstance(actor, str) else actor.get_username()


def _record(actor: User | str, action: str, project: Project, **changed: dict[str, str]) -> None:
    record_audit(actor=actor, action=action, target=project, project_id=project.project_id, **changed)  # type: ignore[arg-type]
