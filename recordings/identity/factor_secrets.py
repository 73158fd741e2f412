"""The secrets of second factors, encrypted where allauth would store plain text.

allauth calls an adapter to encrypt and decrypt (identity/factors.py) and passes only the text. The owner comes from the
request, the field from the row that holds the text. A ciphertext moved to another user, or from one factor to another,
cannot be decrypted.
"""

from collections import Counter
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from recordings import vault
from recordings.identity.allauth_internals import current_request, pending_user
from recordings.models import User

FIELDS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""The field of a factor's data that holds its secret. A passkey has none: its row holds a public key."""
TOTP_SECRET_LENGTH = 32
"""Characters of base32. A seed of recovery codes is 80 hex digits: so the length tells them apart."""


class NoFactorOwner(Exception):
    """A factor is to be encrypted or decrypted, and no user is signed in or signing in."""


def seal_factor(text: str) -> str:
    """Encrypt a new TOTP secret, or a new seed of recovery codes, for the user of the current request."""
    kind = Authenticator.Type.TOTP if len(text) == TOTP_SECRET_LENGTH else Authenticator.Type.RECOVERY_CODES
    return vault.seal_text(text, *_place(_owner().pk, kind))


def open_factor(sealed: str) -> str:
    """Decrypt the secret of one of the current user's factors.

    Raises CannotOpen, also when none of their factors holds this text, or, after copying, two do.
    """
    person = _owner()
    held = Authenticator.objects.filter(user_id=person.pk, type__in=FIELDS)
    kinds = [factor.type for factor in held if factor.data.get(FIELDS[factor.type]) == sealed]
    if len(kinds) != 1:
        raise vault.CannotOpen(f"{Authenticator._meta.db_table} {person.pk}: {len(kinds)} factors hold this.")
    return vault.open_text(sealed, *_place(person.pk, kinds[0]))


def seal_pending(request: HttpRequest, secret: str) -> str:
    """Encrypt a TOTP secret that the session keeps until the user enters its first code."""
    return vault.seal_text(secret, "django_session", str(request.user.pk), "totp")


def open_pending(request: HttpRequest, sealed: str) -> str:
    """Decrypt what `seal_pending` encrypted for the same user. Raises CannotOpen."""
    return vault.open_text(sealed, "django_session", str(request.user.pk), "totp")


def sealed_factors() -> Iterator[Authenticator]:
    """Every factor that holds a secret."""
    yield from Authenticator.objects.filter(type__in=FIELDS).order_by("pk").iterator(chunk_size=500)


def key_id_of(factor: Authenticator) -> str:
    """The id of the key that encrypts a factor's secret. Raises CannotOpen if the secret names none."""
    return vault.key_id_of_text(str(factor.data.get(FIELDS[factor.type], "")))


def rows_by_key(unreadable: str) -> Counter[str]:
    """The number of factors by key id; those that name no key are counted under `unreadable`."""
    return Counter(_key_id_or(factor, unreadable) for factor in sealed_factors())


def stale() -> Iterator[Authenticator]:
    """Factors whose secret is not encrypted with the first key, damaged ones included."""
    current = next(iter(vault.read_keys(settings.ENCRYPTION_KEYS)))
    return (factor for factor in sealed_factors() if _key_id_or(factor, "") != current)


def rotate(factor: Authenticator) -> bool:
    """Re-encrypt a factor's secret with the first key; False if the factor is gone. Raises CannotOpen.

    The row is locked, as allauth locks it to mark a recovery code as used: neither overwrites the other's change.
    """
    with transaction.atomic():
        stored = Authenticator.objects.select_for_update().filter(pk=factor.pk).first()
        if stored is None:
            return False
        place, field = _place(stored.user_id, stored.type), FIELDS[stored.type]
        stored.data[field] = vault.seal_text(vault.open_text(stored.data[field], *place), *place)
        stored.save(update_fields=["data"])
        return True


def _place(user_pk: int, kind: str) -> tuple[str, str, str]:
    return Authenticator._meta.db_table, str(user_pk), f"{kind}.{FIELDS[Authenticator.Type(kind)]}"


def _key_id_or(factor: Authenticator, otherwise: str) -> str:
    try:
        return key_id_of(factor)
    except vault.CannotOpen:
        return otherwise


def _owner() -> User:
    """The signed-in user, or the one who entered the password and not yet the factor."""
    request = current_request()
    if request is not None:
        if isinstance(request.user, User):
            return request.user
        if (user := pending_user(request)) is not None:
            return user
    raise NoFactorOwner
