"""Whether a callback was signed with one of our keys: the only thing that makes it the vendor's.

`Sign = base64(HMAC-SHA256(key, raw body))`, over the bytes as received. Source: TRRO, recording callbacks.
"""

import base64
import hmac
from collections.abc import Iterable


def sign(key: bytes, body: bytes) -> str:
    """The value of the `Sign` header that the vendor sends with `body`."""
    return base64.b64encode(hmac.digest(key, body, "sha256")).decode("ascii")


def verifies(keys: Iterable[bytes], body: bytes, signature: bytes | str | None) -> bool:
    """Whether `signature` is that of `body` under one of the keys. Never raises, whatever the header held.

    Takes the same time wherever the signature differs and whichever key fits. An empty key fits nothing,
    since anybody could sign with it.
    """
    claimed = signature.encode("ascii", "replace") if isinstance(signature, str) else signature or b""
    fits = False
    for key in keys:
        fits |= hmac.compare_digest(sign(key, body).encode("ascii"), claimed) and bool(key)
    return fits
