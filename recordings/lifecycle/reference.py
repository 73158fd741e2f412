"""References: what a start is known by, in its form and in the bucket, before there is a TaskId."""

import re
import secrets
from collections.abc import Sequence

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

REFERENCE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
REFERENCE_LENGTH = 10
"""31^10 references: two alike in a million starts have a chance of one in two thousand million."""

FORM_SECONDS = 12 * 60 * 60
"""How long a form that was shown may be sent: as long as a session lasts."""


class BadReference(Exception):
    """A form's reference is missing, was changed, or (`expired`) is older than FORM_SECONDS."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "not ours")
        self.expired = expired


def without_reference(prefix: Sequence[str]) -> tuple[str, ...]:
    """The parts of a FileNamePrefix that a person chose; one that was adopted from elsewhere ends in no reference."""
    is_ours = bool(prefix) and re.fullmatch(f"[{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}}", prefix[-1])
    return tuple(prefix[:-1] if is_ours else prefix)


def new_reference() -> str:
    """A signed reference for a form that is about to be shown."""
    return _signer().sign(random_reference())


def random_reference() -> str:
    """A reference for a start that no form was shown for."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def read_reference(signed: str) -> str:
    """The reference in a form that came back. Raises BadReference."""
    try:
        return _signer().unsign(signed, max_age=FORM_SECONDS)
    except SignatureExpired:
        raise BadReference(expired=True) from None
    except BadSignature:
        raise BadReference(expired=False) from None


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="recordings.lifecycle.reference")
