"""Headers that storages send, and that signed addresses ask for: archived objects, and the name of a download.

Sources: S3 HeadObject, COS "HEAD Object", RFC 6266, RFC 8187.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import quote

ARCHIVE_CLASSES = frozenset({"GLACIER", "DEEP_ARCHIVE", "ARCHIVE"})
"""S3's and COS's storage classes whose objects must be restored before they can be read. GLACIER_IR needs none."""
_ARCHIVE_TIERS = frozenset({"ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS", "ARCHIVE", "DEEP_ARCHIVE"})
"""The same of intelligent tiering: `x-amz-archive-status`, `x-cos-storage-tier`."""
_ATTR_CHAR = "!#$&+-.^_`|~"
"""What needs no escaping in `filename*`, beside letters and digits. Source: RFC 8187, attr-char."""


class ArchiveState(StrEnum):
    """How far an archived object is from being readable."""

    ARCHIVED = "archived"
    RESTORING = "restoring"


def is_archive_class(storage_class: str) -> bool:
    """Whether objects of this class must be restored. COS writes MAZ_ in front where it keeps several zones."""
    return storage_class.upper().removeprefix("MAZ_") in ARCHIVE_CLASSES


def archive_state(head: Mapping[str, Any]) -> ArchiveState | None:
    """What the response to HEAD says; None for an object that can be read, also because it was restored."""
    headers = {name.lower(): value for name, value in head.get("ResponseMetadata", {}).get("HTTPHeaders", {}).items()}

    def header(name: str) -> str:
        return str(headers.get(f"x-amz-{name}") or headers.get(f"x-cos-{name}") or "")

    tier = header("archive-status") or header("storage-tier")
    if not is_archive_class(header("storage-class")) and tier.upper() not in _ARCHIVE_TIERS:
        return None
    restore = header("restore").replace(" ", "").lower()
    if 'ongoing-request="false"' in restore:
        return None
    is_restoring = 'ongoing-request="true"' in restore or header("restore-status").upper() == "ONGOING"
    return ArchiveState.RESTORING if is_restoring else ArchiveState.ARCHIVED


def attachment(name: str) -> str:
    """Content-Disposition of a download: ASCII only, with the whole name in `filename*` where it needs more."""
    name = "".join(letter for letter in name if letter.isprintable())
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    if plain == name:
        return f'attachment; filename="{plain}"'
    escaped = quote(name.encode("utf-8", "replace"), safe=_ATTR_CHAR)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{escaped}"
