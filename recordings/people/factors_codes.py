"""Whether a typed code opens: of the authenticator app, or one of the recovery codes. Each opens once."""

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction

from recordings.audit.usecases import enter
from recordings.models import User


def accept_code(*, user: User, code: str) -> Authenticator | None:
    """The factor that this code opens, used up by that; None when it opens none.

    A recovery code that was used is entered in the trail, with how many are left.
    """
    for factor in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
        opened = _totp_opens(factor, code) if factor.type == Authenticator.Type.TOTP else _recovery_opens(factor, code)
        if opened:
            factor.user = user
            return factor
    return None


def use_up(user: User, code: str) -> bool:
    """Mark a code of the authenticator app as used; False when it already was.

    Remembered for as long as it is valid, which with a tolerance is longer than allauth remembers it.
    """
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 2)
    return bool(cache.add(f"totp:{user.pk}:{normalize_user_code(code)}", value=True, timeout=seconds))


def _totp_opens(factor: Authenticator, code: str) -> bool:
    return bool(factor.wrap().validate_code(code)) and use_up(factor.user, code)


def _recovery_opens(factor: Authenticator, code: str) -> bool:
    with transaction.atomic():
        codes = factor.wrap()
        if not codes.validate_code(code):
            return False
        enter(
            actor=factor.user,
            action="recovery_codes.used",
            target=factor.user,
            after={"left": len(codes.get_unused_codes())},
        )
        return True
