"""Whether a typed code opens: of the authenticator app, or one of the recovery codes. Each opens once."""

import structlog
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction

from recordings import vault
from recordings.audit_log.record import record_audit
from recordings.identity.allauth_internals import normalize_code, totp_lifetime
from recordings.models import User

log = structlog.get_logger(__name__)


def accept_code(*, user: User, code: str) -> Authenticator | None:
    """The factor that this code opens, used up by that; None when it opens none.

    A recovery code that was used is entered in the trail, with how many are left.
    """
    for factor in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
        factor.user = user
        if _opens(factor, code):
            return factor
    return None


def _opens(factor: Authenticator, code: str) -> bool:
    """Whether the code is one of this factor. A damaged factor opens for nobody; the log says which it is."""
    try:
        if factor.type == Authenticator.Type.TOTP:
            return bool(factor.wrap().validate_code(code)) and use_up(factor.user, code)
        return _recovery_opens(factor, code)
    except vault.CannotOpen as error:
        log.error("factor_does_not_open", reason=str(error))
        return False


def use_up(user: User, code: str) -> bool:
    """Mark a code of the authenticator app as used; False when it already was.

    Remembered for as long as it is valid, which with a tolerance is longer than allauth remembers it.
    """
    return bool(cache.add(f"totp:{user.pk}:{normalize_code(code)}", value=True, timeout=totp_lifetime()))


def _recovery_opens(factor: Authenticator, code: str) -> bool:
    with transaction.atomic():
        codes = factor.wrap()
        if not codes.validate_code(code):
            return False
        record_audit(
            actor=factor.user,
            action="recovery_codes.used",
            target=factor.user,
            after={"left": len(codes.get_unused_codes())},
        )
        return True
