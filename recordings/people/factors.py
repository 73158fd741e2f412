"""Second factors: sealed where allauth would keep them in plain, and who needs one."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from recordings.models import Role, User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes are a way back in, not a factor of their own."""


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's hooks for what it stores."""


def has_factor(user: User) -> bool:
    """Whether this person has an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def must_add_factor(user: User) -> bool:
    """Whether this person, as a credential admin, must add a second factor before anything else."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return any(each.role == Role.CREDENTIAL_ADMIN for each in user.held) and not has_factor(user)
