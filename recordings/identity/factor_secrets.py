"""The secrets of second factors, sealed where allauth would keep them in plain.

allauth asks an adapter to seal and to open (identity/factors.py) and passes the text alone. Whose it is comes from the
request; which field it is from the row in which it stands. A ciphertext moved to another person, or from one factor
to another, does not open.
"""

from collections import Counter
from collections.abc import Iterator

from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from recordings import vault
from recordings.models import User

FIELDS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Which factor has its secret in which field of its data. A passkey has none: its row holds a public key."""
TOTP_SECRET_LENGTH = 32
"""Characters of base32. A seed of recovery codes is 80 hex digits: so allauth's hook knows them apart."""


class NobodysFactor(Exception):
    """A factor is to be sealed or opened, and nobody signs in or is signed in."""


def seal_factor(text: str) -> str:
    """Seal a new TOTP secret, or a new seed of recovery codes, for who is asking."""
    kind = Authenticator.Type.TOTP if len(text) == TOTP_SECRET_LENGTH else Authenticator.Type.RECOVERY_CODES
    return vault.seal_text(text, *_place(_whose().pk, kind))


def open_factor(sealed: str) -> str:
    """Open what stands in a factor of who is asking.

    Raises CannotOpen, also when it stands in none or, having been copied, in two: then for neither.
    """
    person = _whose()
    held = Authenticator.objects.filter(user_id=person.pk, type__in=FIELDS)
    kinds = [factor.type for factor in held if factor.data.get(FIELDS[factor.type]) == sealed]
    if len(kinds) != 1:
        raise vault.CannotOpen(f"{Authenticator._meta.db_table} {person.pk}: {len(kinds)} factors hold this.")
    return vault.open_text(sealed, *_place(person.pk, kinds[0]))


def seal_pending(request: HttpRequest, secret: str) -> str:
    """Seal a TOTP secret that waits in the session until its first code was typed."""
    return vault.seal_text(secret, "django_session", str(request.user.pk), "totp")


def open_pending(request: HttpRequest, sealed: str) -> str:
    """What `seal_pending` sealed for the same person. Raises CannotOpen."""
    return vault.open_text(sealed, "django_session", str(request.user.pk), "totp")


def sealed_factors() -> Iterator[Authenticator]:
    """Every factor that holds a secret."""
    yield from Authenticator.objects.filter(type__in=FIELDS).order_by("pk").iterator(chunk_size=500)


def key_id_of(factor: Authenticator) -> str:
    """The id of the key a factor's secret stands under. Raises CannotOpen when it names none."""
    return vault.key_id_of_text(str(factor.data.get(FIELDS[factor.type], "")))


def rows_by_key(unreadable: str) -> Counter[str]:
    """How many factors stand under which key; those that name none are counted under `unreadable`."""
    return Counter(_key_id_or(factor, unreadable) for factor in sealed_factors())


def stale() -> Iterator[Authenticator]:
    """Factors whose secret does not stand under the first key, damaged ones among them."""
    current = next(iter(vault.read_keys(settings.ENCRYPTION_KEYS)))
    return (factor for factor in sealed_factors() if _key_id_or(factor, "") != current)


def rotate(factor: Authenticator) -> bool:
    """Seal a factor's secret anew under the first key; False when it is gone. Raises CannotOpen.

    The row is locked, as allauth locks it to mark a recovery code as used: neither takes back what the other wrote.
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


def _whose() -> User:
    """Who is signed in, or is about to be and has given the password."""
    request = context.request
    if request is not None:
        if request.user.is_authenticated:
            return request.user  # type: ignore[no-any-return]
        login = unstash_login(request, peek=True)
        if login is not None and login.user is not None:
            return login.user  # type: ignore[no-any-return]
    raise NobodysFactor
