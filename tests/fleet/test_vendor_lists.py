"""The vendor's lists are read to their end, whatever it gives, and absence is believed only of a complete list."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from recordings import calls
from recordings.lifecycle import vendor_lists
from recordings.lifecycle.vendor_lists import Listing, list_devices, usable_name
from recordings.models import CloudAccount
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import DescribeDeviceList

Entries = Sequence[Any]
Answer = Callable[[int, DescribeDeviceList], Outcome]


def entry(device_id: object, **more: Any) -> dict[str, Any]:
    return {"DeviceId": device_id, "DeviceName": "n", "DeviceStatus": "ready", "DeviceType": "field"} | more


def fleet(number: int) -> list[dict[str, Any]]:
    return [entry(f"d{n:04}") for n in range(number)]


def page(entries: Entries, total: int) -> Accepted:
    return Accepted(request_id="r", response={"Devices": list(entries), "Total": total, "RequestId": "r"})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Listing[Any]]:
    """Reads the list of a vendor that answers the nth call, from 1, with `answer(n, request)`."""
    monkeypatch.setattr(vendor_lists, "PAUSES", (0, 0))

    def run(answer: Answer, *, known: Sequence[str] = ()) -> Listing[Any]:
        asked = 0

        def reply(*, account: CloudAccount, request: DescribeDeviceList) -> Outcome:
            nonlocal asked
            asked += 1
            assert asked < 500, "it never ends"
            return answer(asked, request)

        monkeypatch.setattr(calls, "read", reply)
        return list_devices(CloudAccount(), "p", known=known)

    return run


def sliced(entries: Entries, most: int, *, by_its_own_size: bool) -> Answer:
    """A vendor that gives at most `most` at once; pages begin where its own size or the requested one says."""

    def answer(_number: int, request: DescribeDeviceList) -> Outcome:
        size = min(request.page_size, most)
        first = (request.page_number - 1) * (size if by_its_own_size else request.page_size)
        return page(entries[first : first + size], len(entries))

    return answer


@pytest.mark.parametrize("by_its_own_size", [True, False])
@pytest.mark.parametrize("most", [1, 7, 50, 99, 100, 500])
def test_smaller_pages_than_asked_for_lose_nothing(read: Any, most: int, by_its_own_size: bool) -> None:
    entries = fleet(120 if most == 1 else 250)
    listing = read(sliced(entries, most, by_its_own_size=by_its_own_size))
    assert list(listing.rows) == [each["DeviceId"] for each in entries]
    assert listing.is_complete


def test_an_empty_list_and_a_whole_page_end(read: Any) -> None:
    for number in (0, 1, 100, 200):
        listing = read(sliced(fleet(number), 100, by_its_own_size=True))
        assert (len(listing.rows), listing.is_complete) == (number, True)


def test_what_is_absent_is_confirmed_by_a_second_pass(read: Any) -> None:
    listing = read(sliced(fleet(150), 100, by_its_own_size=True), known=["d0001"])
    assert (listing.is_complete, listing.calls) == (True, 2)
    listing = read(sliced(fleet(150), 100, by_its_own_size=True), known=["d0001", "gone"])
    assert (listing.is_complete, listing.calls, "gone" in listing.rows) == (True, 4, False)


def test_a_device_that_slips_past_a_page_is_found_by_the_second_pass(read: Any) -> None:
    """One at the front is deleted between two pages, and one is added at the end: the count stays the same."""
    before, after = fleet(150), [*fleet(150)[1:], entry("zz")]

    def answer(number: int, request: DescribeDeviceList) -> Outcome:
        first = (request.page_number - 1) * 100
        return page((before if number == 1 else after)[first : first + 100], 150)

    listing = read(answer, known=[each["DeviceId"] for each in after])
    assert "d0100" in listing.rows
    assert listing.is_complete


def test_a_list_that_grows_meanwhile_is_read_again(read: Any) -> None:
    def answer(number: int, request: DescribeDeviceList) -> Outcome:
        entries = fleet(150 if number == 1 else 151)
        first = (request.page_number - 1) * 100
        return page(entries[first : first + 100], len(entries))

    listing = read(answer)
    assert (len(listing.rows), listing.is_complete, listing.calls) == (151, True, 4)


@pytest.mark.parametrize("total", [10**15, 3, -1])
def test_a_total_that_does_not_fit_is_no_proof_of_absence(read: Any, total: int) -> None:
    def answer(_number: int, request: DescribeDeviceList) -> Outcome:
        return page(fleet(100) if request.page_number == 1 else [], total)

    assert not read(answer, known=["gone"]).is_complete


def test_the_same_page_for_ever_ends(read: Any) -> None:
    listing = read(lambda _number, _request: page(fleet(100), 1000))
    assert (len(listing.rows), listing.is_complete) == (100, False)


def test_an_error_midway_keeps_what_was_listed_and_says_why(read: Any) -> None:
    def answer(_number: int, request: DescribeDeviceList) -> Outcome:
        return page(fleet(100), 250) if request.page_number == 1 else Refused(code="InternalError", message="")

    listing = read(answer, known=["gone"])
    assert (len(listing.rows), listing.is_complete, listing.code) == (100, False, "InternalError")


@pytest.mark.parametrize(
    "trouble",
    [Unknown(code="AnswerLost", message=""), Refused(code="RequestLimitExceeded", message="", repeatable=True)],
)
def test_what_passes_is_asked_again_a_bounded_number_of_times(read: Any, trouble: Outcome) -> None:
    listing = read(lambda number, _request: trouble if number < 3 else page(fleet(5), 5))
    assert (len(listing.rows), listing.is_complete) == (5, True)
    listing = read(lambda _number, _request: trouble)
    assert (listing.calls, listing.is_complete) == (3, False)


@pytest.mark.parametrize(
    "bad", [None, 5, "x", [], {}, entry(7), entry("UPPER"), entry("a" * 33), entry(""), entry("a\nb"), entry({"a": 1})]
)
def test_an_entry_without_a_valid_id_is_left_out_and_counted(read: Any, bad: object) -> None:
    listing = read(lambda _number, _request: page([entry("good"), bad], 2))
    assert (list(listing.rows), listing.unusable, listing.is_complete) == (["good"], 1, True)


def test_values_that_were_not_told_are_empty(read: Any) -> None:
    odd = entry("d", DeviceName=["x"], DeviceStatus={"a": 1}, DeviceType="drone")
    row = read(lambda _number, _request: page([odd], 1)).rows["d"]
    assert (row.name, row.status, row.type) == ("", "", "")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("  矿卡 1 ", "矿卡 1"),
        ("a\u202eb", ""),
        ("a\x00", ""),
        ("x" * 101, ""),
        (None, ""),
        ("<b>", "<b>"),
        ("\u200b", ""),
    ],
)
def test_names_that_no_page_shows_as_they_are_count_as_not_told(value: object, name: str) -> None:
    assert usable_name(value) == name
