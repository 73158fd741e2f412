"""Second factors: who has one, who needs one, which may be removed, and allauth's adapter for them."""

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recordings.identity.factor_secrets import open_factor, seal_factor
from recordings.models import Role, User
from trroadmin.environment import host_header

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes replace a lost factor; they are not a factor of their own."""


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts what allauth stores, and replaces its messages."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("A credential admin needs a second factor. Add another one first."),
        "cannot_generate_recovery_codes": _("Add an authenticator app or a passkey first."),
        "incorrect_code": _("Not accepted. Use the newest code; each works once."),
    }

    def encrypt(self, text: str) -> str:
        return seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_factor(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_remove(authenticator)

    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code as an element of the page. The library drew all of it: the address is encoded as dots."""
        svg: str = super().build_totp_svg(url)
        return mark_safe(svg[svg.index("<svg") :])  # noqa: S308

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        """The host of PUBLIC_URL, whatever host this request names: a passkey is for that one alone."""
        return {"id": urlsplit(public_origin()).hostname, "name": "TRRO Admin"}


def public_origin() -> str:
    """The origin at which passkeys are made and used, as browsers write it: that of PUBLIC_URL.

    Passkeys do not work at an address in numbers, so a development server is `localhost` for them.
    """
    parts = urlsplit(settings.PUBLIC_URL)
    host = "localhost" if parts.hostname == "127.0.0.1" else host_header(settings.PUBLIC_URL)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port not in {None, usual} else ""
    return f"{parts.scheme}://{host}{port}"


def has_factor(user: User) -> bool:
    """Whether this person has an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def needs_factor(user: User) -> bool:
    """Whether this user must have a second factor: credential admins, where the settings require it."""
    return settings.SECOND_FACTOR_REQUIRED and any(each.role == Role.CREDENTIAL_ADMIN for each in user.held)


def must_add_factor(user: User) -> bool:
    """Whether this person must add a second factor before anything else."""
    return needs_factor(user) and not has_factor(user)


def may_remove(factor: Authenticator) -> bool:
    """Whether a factor may be removed: not the last one of a user who needs one."""
    others = Authenticator.objects.filter(user_id=factor.user_id, type__in=FACTORS).exclude(pk=factor.pk)
    return not needs_factor(factor.user) or others.exists()
