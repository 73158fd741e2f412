"""Listing all objects below a prefix, from servers that page in different ways.

S3 pages by a continuation token (list type 2). COS documents `marker` only (list type 1); such a server may ignore
`list-type=2` and say that its page is cut without a token. Then the listing continues from its last key.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recordings.object_storage.errors import LISTING_CUT_CODE, BucketError, ErrorKind

PAGE = 1000
MAX_EMPTY = 10
"""How many pages without an object may follow each other."""
Ask = Callable[..., Mapping[str, Any]]
"""Requests one page: the client's method, with the position as keyword arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object as a listing shows it; `size` in bytes, `at` when it was last written."""

    key: str
    size: int
    at: datetime
    storage_class: str = ""


class ListingCut(BucketError):
    """There may be more objects than were listed, so an object that was not listed may exist."""

    def __init__(self) -> None:
        super().__init__(ErrorKind.OTHER, LISTING_CUT_CODE, "The listing is incomplete.", action="ListBucket")


def objects_of(ask: Ask, *, most: int) -> Iterator[StoredObject]:
    """Each object once, at most `most`. Raises ListingCut at the end unless the server said that this was all."""
    seen: set[str] = set()
    unreadable = False
    for page in _pages(ask):
        for row in page.get("Contents", ()):
            if not row.keys() >= {"Key", "Size", "LastModified"}:
                unreadable = True
                continue
            if row["Key"] in seen:
                continue
            if len(seen) == most:
                raise ListingCut
            seen.add(row["Key"])
            yield StoredObject(
                key=row["Key"], size=row["Size"], at=row["LastModified"], storage_class=row.get("StorageClass", "")
            )
        if page.get("IsTruncated") is False and not unreadable:
            return
    raise ListingCut


def _pages(ask: Ask) -> Iterator[Mapping[str, Any]]:
    """Page after page until one adds nothing new, by each way of paging that servers use."""
    page = ask("list_objects_v2")
    yield page
    last, seen = _last_key(page), set(_keys(page))
    empty = 0
    while (token := page.get("NextContinuationToken", "")) and empty < MAX_EMPTY:
        page = ask("list_objects_v2", ContinuationToken=token)
        keys = set(_keys(page))
        if keys and keys <= seen:  # it goes in a circle
            break
        yield page
        empty = 0 if keys else empty + 1
        last = _last_key(page) or last
        seen.update(keys)
    while last:
        for method, name in (("list_objects", "Marker"), ("list_objects_v2", "StartAfter")):
            page = ask(method, **{name: last})
            if not set(_keys(page)) <= seen or (not _keys(page) and page.get("IsTruncated") is False):
                break
        else:
            return
        yield page
        last = _last_key(page)
        seen.update(_keys(page))


def _keys(page: Mapping[str, Any]) -> list[str]:
    return [row["Key"] for row in page.get("Contents", ()) if "Key" in row]


def _last_key(page: Mapping[str, Any]) -> str:
    return (_keys(page) or [""])[-1]
