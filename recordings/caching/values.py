"""A cached value as text: JSON, signed with SECRET_KEY. What this server did not write is no value."""

import json
from typing import Any

from django.core import signing

from recordings.rate_limited_log import warn_rarely

SALT = "recordings.caching"


class CacheUnavailable(Exception):
    """The cache failed. Limits cannot count, so what they protect must be refused."""


class _Unreadable(Exception):
    pass


UNREADABLE = _Unreadable("not a value of this server")


def encode(value: Any) -> str:
    """Raises TypeError for what JSON cannot hold."""
    return signing.Signer(salt=SALT).sign(json.dumps(value, separators=(",", ":")))


def decode(text: str) -> Any:
    """The value that `encode` was given. UNREADABLE if this server did not sign it: callers treat it as absent."""
    try:
        return json.loads(signing.Signer(salt=SALT).unsign(text))
    except (signing.BadSignature, ValueError, RecursionError):
        warn_rarely("cache_value_refused")
        return UNREADABLE
