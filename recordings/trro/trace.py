"""How one call was signed, step by step, and what the vendor's clock said. Holds no key and no whole signature.

Source: Tencent Cloud API, "Signature v3" (TC3-HMAC-SHA256).
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from recordings.trro.outcome import Outcome

ALGORITHM = "TC3-HMAC-SHA256"
SHOWN_OF_SIGNATURE = 8
"""Characters of the signature that are shown: enough to compare, too few to use."""


class Signed(Protocol):
    """A signed request, as far as it is explained."""

    method: str
    uri: str
    header: dict[str, str]
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSteps:
    """What was hashed and signed, in the order of the vendor's document."""

    canonical_request: str
    string_to_sign: str
    authorization: str
    """The header, with the signature cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One call with its circumstances. `signature` is None when nothing was signed.

    `seconds_ahead`: by how much the vendor's clock is ahead of ours; None when it did not tell.
    """

    outcome: Outcome
    signature: SignatureSteps | None
    seconds_ahead: float | None


def signature_steps(request: Signed) -> SignatureSteps:
    """The steps of a request's signature, from the headers and the body that were sent."""
    headers: Mapping[str, str] = {name.lower(): value for name, value in request.header.items()}
    authorization = headers.get("authorization", "")
    signed = re.search(r"SignedHeaders=([a-z0-9;-]+)", authorization)
    names = signed[1].split(";") if signed else []
    payload = hashlib.sha256(request.data.encode()).hexdigest()
    lines = [f"{name}:{headers.get(name, '')}" for name in names]
    canonical = "\n".join([request.method, request.uri, "", *lines, "", ";".join(names), payload])
    timestamp = headers.get("x-tc-timestamp", "0")
    date = datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    cut = re.sub(rf"(Signature=[0-9a-f]{{{SHOWN_OF_SIGNATURE}}})[0-9a-f]+", r"\1…", authorization)
    return SignatureSteps(
        canonical_request=canonical,
        string_to_sign="\n".join([ALGORITHM, timestamp, f"{date}/trro/tc3_request", digest]),
        authorization=cut,
    )


def seconds_ahead(date: str, *, sent_at: float, received_at: float) -> float | None:
    """By how much the clock behind a Date header is ahead, to about a second; None when it cannot be read.

    The header has whole seconds, so half of one is added; the response is taken to be from the middle of the wait.
    """
    try:
        told = parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return told + 0.5 - (sent_at + received_at) / 2
