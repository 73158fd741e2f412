"""What every change of a second factor includes: its audit entry, and the end of all other sessions."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from recordings.audit_log.record import record_audit
from recordings.identity.allauth_internals import record_authentication
from recordings.identity.factors import may_remove
from recordings.identity.sessions import end_other_sessions
from recordings.models import User


def added(request: HttpRequest, kind: str, *, name: str = "", made_codes: bool) -> None:
    """A factor was added, and recovery codes with the first one. In the caller's transaction.

    Adding a factor also confirms the user's identity.
    """
    user = _person(request)
    record_authentication(request, user, method="mfa", type=str(kind))
    end_other_sessions(request, user)
    record_audit(actor=user, action="factor.added", target=user, after=_factor(kind, name))
    if made_codes:
        record_audit(actor=user, action="recovery_codes.made", target=user)


def made_codes(request: HttpRequest) -> None:
    """New recovery codes were created. In the caller's transaction."""
    user = _person(request)
    end_other_sessions(request, user)
    record_audit(actor=user, action="recovery_codes.made", target=user)


@contextmanager
def removed(request: HttpRequest, factor: Authenticator) -> Iterator[bool]:
    """The transaction that removes a factor; yields False if the body must not remove it.

    The user's row is locked: of two factors removed at the same moment, one stays if the user needs one.
    """
    with transaction.atomic():
        user = _person(request)
        User.objects.select_for_update().get(pk=user.pk)
        goes = may_remove(factor)
        name = factor.wrap().name if factor.type == Authenticator.Type.WEBAUTHN else ""
        yield goes
        if goes:
            end_other_sessions(request, user)
            record_audit(actor=user, action="factor.removed", target=user, before=_factor(factor.type, name))


def renamed(request: HttpRequest, *, before: str, after: str) -> None:
    """A passkey was renamed. In the caller's transaction."""
    user = _person(request)
    record_audit(
        actor=user,
        action="factor.renamed",
        target=user,
        before=_factor(Authenticator.Type.WEBAUTHN, before),
        after=_factor(Authenticator.Type.WEBAUTHN, after),
    )


def _factor(kind: str, name: str) -> dict[str, str]:
    return {"factor": str(kind)} | ({"name": name} if name else {})


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (own_page admits signed-in users only)
    return request.user
