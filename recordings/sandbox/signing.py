"""TC3-HMAC-SHA256, checked as the vendor checks it: over the raw bytes, before anything is parsed.

Source: Tencent Cloud API, "Signature v3".
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from recordings.sandbox.errors import ApiError

ALGORITHM = "TC3-HMAC-SHA256"
SERVICE = "trro"
LARGEST_CLOCK_DIFFERENCE = 300.0

_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 "
    r"Credential=(?P<secret_id>[^/, ]+)/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[a-z0-9]+)/tc3_request, *"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


class Headers(Protocol):
    """Looks a header up without regard to the case of its name."""

    def get(self, name: str, default: str, /) -> str:
        """The value, or the default."""


def signer_of(*, headers: Headers, body: bytes, accounts: Mapping[str, str], now: float) -> str:
    """The secret_id that signed this POST to `/`.

    `accounts` maps secret_id to secret_key; `now` is in seconds. Raises ApiError AuthFailure.*.
    """
    claim = _AUTHORIZATION.fullmatch(headers.get("Authorization", ""))
    timestamp = headers.get("X-TC-Timestamp", "")
    if claim is None or not re.fullmatch(r"[0-9]{1,12}", timestamp) or claim["service"] != SERVICE:
        raise ApiError("AuthFailure.InvalidAuthorization", "The Authorization header is missing or malformed.")
    signed = claim["signed"].split(";")
    if not {"content-type", "host"} <= set(signed):
        raise ApiError("AuthFailure.InvalidAuthorization", "The headers content-type and host must be signed.")
    if abs(now - int(timestamp)) > LARGEST_CLOCK_DIFFERENCE:
        raise ApiError("AuthFailure.SignatureExpire", "The timestamp differs from ours by more than five minutes.")
    secret_key = accounts.get(claim["secret_id"])
    if secret_key is None:
        raise ApiError("AuthFailure.SecretIdNotFound", "The SecretId does not exist.")
    canonical = "\n".join(
        [
            *("POST", "/", ""),
            *(f"{name}:{headers.get(name, '').strip().lower()}" for name in signed),
            *("", claim["signed"], hashlib.sha256(body).hexdigest()),
        ]
    )
    expected = signature(secret_key=secret_key, timestamp=int(timestamp), canonical_request=canonical)
    if not hmac.compare_digest(expected, claim["signature"]):
        raise ApiError("AuthFailure.SignatureFailure", "The signature does not match the request.")
    return claim["secret_id"]


def signature(*, secret_key: str, timestamp: int, canonical_request: str) -> str:
    """The hexadecimal signature; `timestamp` is in seconds and names the day of the key."""
    date = datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    key = ("TC3" + secret_key).encode()
    for part in (date, SERVICE, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    to_sign = f"{ALGORITHM}\n{timestamp}\n{date}/{SERVICE}/tc3_request\n{digest}"
    return hmac.new(key, to_sign.encode(), "sha256").hexdigest()
