"""Listings: whole, or said to be cut, whichever way the server pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from recordings.models import StorageCredential
from recordings.object_storage.listing import ListingCut, objects_of
from recordings.sandbox.bucket_rights import Listing
from recordings.sandbox.bucket_server import BucketServer

from .access import opened

MANY = 252
PAGE_LENGTH = 100
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def many(bucket: BucketServer, storage: StorageCredential) -> list[str]:
    names = sorted(f"own/{number}.ts" for number in range(MANY))
    bucket.guard.page_length = PAGE_LENGTH
    for name in names:
        bucket.put(storage.bucket, name, b"x")
    bucket.put(storage.bucket, "other/x.ts", b"x")
    return names


@pytest.mark.django_db
@pytest.mark.parametrize("listing", [Listing.TOKENS, Listing.MARKERS])
def test_every_object_is_listed_once_also_by_a_server_that_ignores_list_type_2(
    many: list[str], bucket: BucketServer, storage: StorageCredential, listing: Listing
) -> None:
    bucket.guard.listing = listing
    assert [each.key for each in opened(storage).listed("own/")] == many


@pytest.mark.django_db
def test_a_server_that_cannot_go_on_is_not_believed(
    many: list[str], bucket: BucketServer, storage: StorageCredential
) -> None:
    bucket.guard.listing = Listing.STUCK
    listed = opened(storage).listed("own/")
    seen = [next(listed).key for _ in range(PAGE_LENGTH)]
    with pytest.raises(ListingCut):
        next(listed)
    assert seen == many[:PAGE_LENGTH]


@pytest.mark.django_db
def test_at_most_so_many_is_cut_only_when_there_are_more(bucket: BucketServer, storage: StorageCredential) -> None:
    for name in ("a", "b", "c"):
        bucket.put(storage.bucket, name, b"x")
    assert len(list(opened(storage).listed("", most=3))) == 3
    with pytest.raises(ListingCut):
        list(opened(storage).listed("", most=2))


@pytest.mark.django_db
def test_the_storage_class_is_listed(bucket: BucketServer, storage: StorageCredential) -> None:
    bucket.put(storage.bucket, "a", b"x")
    bucket.put(storage.bucket, "b", b"x")
    bucket.archive(storage.bucket, "b", "DEEP_ARCHIVE")
    assert [each.storage_class for each in opened(storage).listed("")] == ["STANDARD", "DEEP_ARCHIVE"]


class Server:
    """Answers by the book it is given: a page for each method and position."""

    def __init__(self, pages: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
        self._pages = pages
        self.asked = 0

    def __call__(self, method: str, **position: str) -> Mapping[str, Any]:
        self.asked += 1
        assert self.asked < 100, "it goes on for ever"
        return self._pages.get((method, *position.values()), self._pages[method, ""])  # type: ignore[arg-type]


def page(*keys: str, cut: bool | None = None, token: str = "") -> dict[str, Any]:
    rows = [{"Key": key, "Size": 1, "LastModified": AT} for key in keys]
    said: dict[str, Any] = {"Contents": rows} | ({} if cut is None else {"IsTruncated": cut})
    return said | ({"NextContinuationToken": token} if token else {})


V1, V2 = "list_objects", "list_objects_v2"


def keys_of(server: Server) -> tuple[list[str], bool]:
    """What is listed, and whether that is believed to be all."""
    found: list[str] = []
    try:
        for each in objects_of(server, most=100):
            found.append(each.key)
    except ListingCut:
        return found, False
    return found, True


def test_a_server_that_knows_start_after_and_no_marker_is_listed_whole() -> None:
    first = page("a", "b", cut=True)
    pages = {(V2, ""): first, (V1, ""): first, (V2, "b"): page("c", cut=False)}
    assert keys_of(Server(pages)) == (["a", "b", "c"], True)


def test_what_two_pages_both_show_is_listed_once() -> None:
    first = page("a", "b", cut=True)
    pages = {(V2, ""): first, (V1, ""): first, (V1, "b"): page("b", "c", cut=True), (V1, "c"): page(cut=False)}
    assert keys_of(Server(pages)) == (["a", "b", "c"], True)


def test_a_server_that_does_not_say_whether_there_is_more_is_not_believed() -> None:
    whole = page("a", "b")
    assert keys_of(Server({(V2, ""): whole, (V1, ""): whole})) == (["a", "b"], False)
    nothing: dict[str, Any] = {}
    assert keys_of(Server({(V2, ""): nothing, (V1, ""): nothing})) == ([], False)


def test_a_row_that_cannot_be_read_makes_the_listing_no_whole_one() -> None:
    odd = {"Contents": [{"Key": "a"}, *page("b")["Contents"]], "IsTruncated": False}
    assert keys_of(Server({(V2, ""): odd, (V1, ""): odd})) == (["b"], False)


def test_a_token_that_leads_in_a_circle_ends() -> None:
    first = page("a", cut=True, token="t")
    pages = {(V2, ""): first, (V1, ""): first, (V2, "t"): page("b", cut=True, token="t")}
    assert keys_of(Server(pages)) == (["a", "b"], False)


def test_empty_pages_with_ever_new_tokens_end() -> None:
    pages = {(V2, ""): page("a", cut=True, token="0"), (V1, ""): page("a", cut=True)}
    pages |= {(V2, str(number)): page(cut=True, token=str(number + 1)) for number in range(1000)}
    assert keys_of(Server(pages)) == (["a"], False)


def test_an_empty_page_with_a_token_is_not_the_end() -> None:
    pages = {(V2, ""): page(cut=True, token="1"), (V2, "1"): page("a", cut=False)}
    assert keys_of(Server(pages)) == (["a"], True)


def test_a_folder_without_objects_is_listed_whole() -> None:
    assert keys_of(Server({(V2, ""): page(cut=False)})) == ([], True)
