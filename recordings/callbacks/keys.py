"""The keys that a project's callbacks may be signed with, opened, and kept for a moment in each process.

A retired key stops being valid at once in the process that retired it, and within KEPT_SECONDS in every other.
A new one is valid at once: a signature that fits no kept key is held against those in the database.
"""

import re
import time
from dataclasses import dataclass, field

import structlog

from recordings import vault
from recordings.models import CallbackKey, Project

log = structlog.get_logger(__name__)
KEPT_SECONDS = 2.0
MAX_KEPT = 1000
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The project behind a token, and its keys."""

    project_pk: int
    keys: tuple[bytes, ...] = field(repr=False)
    read_at: float


_kept: dict[str, Receiver] = {}


def kept(token: str) -> Receiver | None:
    """What was read a moment ago; None when that is too long ago, or never was."""
    found = _kept.get(token)
    return found if found and time.monotonic() - found.read_at < KEPT_SECONDS else None


def read(token: str) -> Receiver | None:
    """What the database has now; None for an unknown token."""
    if not TOKEN.fullmatch(token):
        return None
    project_pk = Project.objects.filter(callback_token=token).values_list("pk", flat=True).first()
    if project_pk is None:
        _kept.pop(token, None)
        return None
    if len(_kept) >= MAX_KEPT:
        _kept.clear()
    valid = CallbackKey.objects.filter(project=project_pk, retired_at=None)
    keys = tuple(key for row in valid if (key := _opened(row)))
    _kept[token] = found = Receiver(project_pk=project_pk, keys=keys, read_at=time.monotonic())
    return found


def forget() -> None:
    """Look into the database before the next callback is believed."""
    _kept.clear()


def _opened(row: CallbackKey) -> bytes:
    try:
        return vault.open_sealed(row, "key").encode()
    except vault.CannotOpen as error:
        log.error("callback_key_does_not_open", why=str(error))
        return b""
