"""Changing the encryption keys: which key each secret is encrypted with, and re-encrypting all with the first.

Works while the server runs. Each row is changed by one conditional update, so a rotation that is killed leaves every
secret readable, and the next one goes on with what is left.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings import vault
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.caching.soft import with_cache
from recordings.identity import factor_secrets
from recordings.models import CallbackKey, CloudAccount, StorageKey

NAMES: Mapping[type[Model], Promise] = {
    CloudAccount: _("Cloud accounts"),
    StorageKey: _("Storage keys"),
    CallbackKey: _("Callback keys"),
}
UNREADABLE = "?"
"""Shown instead of a key for a value that names none."""
COUNTED_FOR = 60
"""Seconds for which the status page, which asks again and again, is shown the same count."""
EACH_SAID = 100
"""Rows after which a rotation says how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretTable:
    """Secrets of one kind: the rows of each key, the rows not yet under the first, and how to re-encrypt one."""

    name: Promise
    by_key: Callable[[], Counter[str]]
    stale: Callable[[], Iterator[Any]]
    rotate: Callable[[Any], bool]


def secret_tables() -> Sequence[SecretTable]:
    """Every kind of secret there is: those of our own rows, and the second factors that allauth keeps."""
    of_rows = [
        SecretTable(
            name=NAMES[model],
            by_key=partial(_rows_by_key, model),
            stale=partial(vault.stale_rows, model),
            rotate=vault.rotate,
        )
        for model in vault.sealed_models()
    ]
    factors = SecretTable(
        name=_("Second factors"),
        by_key=partial(factor_secrets.rows_by_key, UNREADABLE),
        stale=factor_secrets.stale,
        rotate=factor_secrets.rotate,
    )
    return [*of_rows, factors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """The number of rows encrypted with one key; `is_first` marks the key that encrypts now."""

    key_id: str
    rows: int
    is_first: bool
    is_known: bool


@dataclass(slots=True, kw_only=True)
class Rotation:
    """How far a rotation is: rows checked, rows re-encrypted, and rows that cannot be decrypted."""

    done: int = 0
    broken: list[str] = field(default_factory=list)


def rows_by_key() -> Mapping[Promise, Counter[str]]:
    """For each kind of secret, the number of rows of each key."""
    return {kind.name: kind.by_key() for kind in secret_tables()}


def sealing() -> Sequence[Sealing]:
    """The encryption keys in use, the one that encrypts now first."""
    ids = list(vault.read_keys(settings.ENCRYPTION_KEYS))
    used: Counter[str] = Counter(dict.fromkeys(ids, 0))
    for counted in rows_by_key().values():
        used += counted
    return [
        Sealing(key_id=key_id, rows=used[key_id], is_first=key_id == ids[0], is_known=key_id in ids)
        for key_id in [*ids, *sorted(used.keys() - set(ids))]
    ]


def recent_sealing() -> Sequence[Sealing]:
    """The same, counted at most once a minute."""
    kept = with_cache(lambda cache: cache.get_or_set("sealing", lambda: list(map(asdict, sealing())), COUNTED_FOR))
    return [Sealing(**each) for each in kept] if kept else sealing()


def rotate_all(say: Callable[[int, int], object]) -> Rotation:
    """Re-encrypt every secret that is not under the first key. `say(done, left)` is called along the way.

    Rows that cannot be decrypted stay as they are and are named in the result. Records the rotation in the audit trail.
    """
    rotation, total = Rotation(), left_to_rotate()
    say(0, total)
    for kind in secret_tables():
        for row in kind.stale():
            try:
                rotation.done += kind.rotate(row)
            except vault.CannotOpen as error:
                rotation.broken.append(str(error))
            if rotation.done and rotation.done % EACH_SAID == 0:
                say(rotation.done, total - rotation.done)
    with transaction.atomic():
        record_audit(
            actor=SYSTEM,
            action="encryption_keys.rotated",
            target_type="Vault",
            target="encryption keys",
            after={"rows": rotation.done, "left": left_to_rotate()},
        )
    with_cache(lambda cache: cache.delete("sealing"))
    return rotation


def left_to_rotate() -> int:
    """How many rows do not stand under the first key."""
    return sum(1 for kind in secret_tables() for _row in kind.stale())


def _rows_by_key(model: type[Model]) -> Counter[str]:
    """By the key of each row's first secret."""
    return Counter(map(_key_id, model._default_manager.order_by("pk").iterator(chunk_size=500)))


def _key_id(row: Model) -> str:
    """The id of the key that a row's first secret stands under."""
    try:
        return vault.key_id_of(row, row.SEALED[0])  # type: ignore[attr-defined]
    except vault.CannotOpen:
        return UNREADABLE
