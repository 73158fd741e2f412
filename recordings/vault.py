"""The vault: the only way secrets go into rows and come out of them.

A sealed value is `version, length of key id, key id, nonce, ciphertext and tag` (AES-256-GCM). Table, primary
key, field and key id are associated data, so a value that is flipped, cut, moved to another row or field, or
relabelled with another key does not open. Models name their secrets in `SEALED`; each has a column
`<field>_sealed` and one `<field>_hint` with the last characters, for people to tell keys apart.
"""

import base64
import binascii
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db.models import Model

VERSION = b"\x01"
NONCE_BYTES = 12
HINT_LENGTH = 4
HINT_FROM = 12
"""Shorter secrets get no hint: four of eight characters would be half of it."""


class CannotOpen(Exception):
    """A sealed value is damaged, was moved, or its key is not among ENCRYPTION_KEYS. Says which row, never what."""


class BadKeys(Exception):
    """ENCRYPTION_KEYS is not `id:base64 of 32 bytes`, comma separated, each id once."""


@lru_cache(maxsize=4)
def read_keys(text: str) -> dict[str, AESGCM]:
    """The ciphers named in ENCRYPTION_KEYS, in its order: the first seals, all open. Raises BadKeys."""
    ciphers: dict[str, AESGCM] = {}
    for number, part in enumerate(text.split(","), 1):
        key_id, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id.isascii() or not 1 <= len(key_id) <= 32 or len(key) != 32 or key_id in ciphers:
            raise BadKeys(f"Key {number} of ENCRYPTION_KEYS is not id:base64 of 32 bytes, or its id comes twice.")
        ciphers[key_id] = AESGCM(key)
    return ciphers


def seal(row: Model, field: str, secret: str) -> None:
    """Put `secret` sealed into `row.<field>_sealed` and its hint beside it; the row must have its primary key.

    Does not save the row.
    """
    setattr(row, f"{field}_sealed", _seal(secret, _place(row, field)))
    setattr(row, f"{field}_hint", secret[-HINT_LENGTH:] if len(secret) >= HINT_FROM else "")


def open_sealed(row: Model, field: str) -> str:
    """The secret in `row.<field>_sealed`. Raises CannotOpen; never gives back the stored bytes instead."""
    try:
        return _open(bytes(getattr(row, f"{field}_sealed")), _place(row, field))
    except (InvalidTag, ValueError, KeyError, IndexError):
        raise CannotOpen(f"{row._meta.label} {row.pk}: {field} does not open.") from None


def seal_text(secret: str, *place: str) -> str:
    """`secret` sealed, as text for where there is no column for bytes. `place` says where: table, whose, field."""
    return base64.b64encode(_seal(secret, place)).decode()


def open_text(sealed: str, *place: str) -> str:
    """What `seal_text` sealed for the same place. Raises CannotOpen."""
    try:
        return _open(base64.b64decode(sealed, validate=True), place)
    except (InvalidTag, ValueError, KeyError, IndexError):
        raise CannotOpen(f"{' '.join(place)} does not open.") from None


def key_id_of_text(sealed: str) -> str:
    """The id of the key that a sealed text names. Raises CannotOpen when it names none."""
    try:
        return _parts(base64.b64decode(sealed, validate=True))[0]
    except (ValueError, IndexError):
        raise CannotOpen("A sealed text names no key.") from None


def key_id_of(row: Model, field: str) -> str:
    """The id of the key that a sealed value names. Raises CannotOpen when it names none."""
    try:
        return _parts(bytes(getattr(row, f"{field}_sealed")))[0]
    except (ValueError, IndexError):
        raise CannotOpen(f"{row._meta.label} {row.pk}: {field} is not a sealed value.") from None


def sealed_models() -> Iterator[type[Model]]:
    """Every model that holds secrets."""
    return (model for model in apps.get_app_config("recordings").get_models() if hasattr(model, "SEALED"))


def stale_rows(model: type[Model]) -> Iterator[Model]:
    """Rows of `model` with a secret that is not encrypted with the first key, damaged ones among them."""
    current = next(iter(read_keys(settings.ENCRYPTION_KEYS)))
    for row in model._default_manager.order_by("pk").iterator(chunk_size=500):
        if not all(_is_encrypted_with(row, field, current) for field in model.SEALED):  # type: ignore[attr-defined]
            yield row


def rotate(row: Model) -> bool:
    """Re-encrypt a row's secrets with the first key; False when the row changed meanwhile.

    One conditional update, so a killed rotation leaves each row readable under the old key or under the new.
    """
    fields: tuple[str, ...] = row.SEALED  # type: ignore[attr-defined]
    before = {f"{field}_sealed": bytes(getattr(row, f"{field}_sealed")) for field in fields}
    for field in fields:
        seal(row, field, open_sealed(row, field))
    after = {name: getattr(row, name) for name in before}
    return type(row)._default_manager.filter(pk=row.pk, **before).update(**after) == 1


def _is_encrypted_with(row: Model, field: str, key_id: str) -> bool:
    try:
        return key_id_of(row, field) == key_id
    except CannotOpen:
        return False


def _parts(sealed: bytes) -> tuple[str, bytes, bytes]:
    if sealed[:1] != VERSION:
        raise ValueError("unknown version")
    start = 2 + sealed[1]
    nonce_end = start + NONCE_BYTES
    return sealed[2:start].decode(), sealed[start:nonce_end], sealed[nonce_end:]


def _seal(secret: str, place: Sequence[str]) -> bytes:
    ciphers = read_keys(settings.ENCRYPTION_KEYS)
    key_id = next(iter(ciphers))
    nonce = os.urandom(NONCE_BYTES)
    sealed = ciphers[key_id].encrypt(nonce, secret.encode(), _associated(*place, key_id))
    name = key_id.encode()
    return VERSION + bytes([len(name)]) + name + nonce + sealed


def _open(sealed: bytes, place: Sequence[str]) -> str:
    key_id, nonce, ciphertext = _parts(sealed)
    return read_keys(settings.ENCRYPTION_KEYS)[key_id].decrypt(nonce, ciphertext, _associated(*place, key_id)).decode()


def _place(row: Model, field: str) -> tuple[str, str, str]:
    return row._meta.db_table, str(row.pk), field


def _associated(*parts: str) -> bytes:
    """Length-prefixed, so that no two places and keys give the same bytes."""
    return b"".join(len(part.encode()).to_bytes(2, "big") + part.encode() for part in parts)
