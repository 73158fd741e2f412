"""What storages say of archived objects, and how a download is named."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.object_storage.headers import ArchiveState, archive_state, attachment, is_archive_class

DONE = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"'
ONGOING = 'ongoing-request="true"'


def state(**headers: str) -> ArchiveState | None:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return archive_state({"ResponseMetadata": {"HTTPHeaders": said}})


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE", "ARCHIVE", "MAZ_ARCHIVE", "glacier"])
@pytest.mark.parametrize("prefix", ["x_amz", "x_cos"])
def test_an_archived_object_is_known_by_its_class(prefix: str, storage_class: str) -> None:
    named = f"{prefix}_storage_class"
    assert state(**{named: storage_class}) is ArchiveState.ARCHIVED
    assert state(**{named: storage_class, f"{prefix}_restore": ONGOING}) is ArchiveState.RESTORING
    assert state(**{named: storage_class, f"{prefix}_restore": DONE}) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"x_amz_storage_class": "INTELLIGENT_TIERING", "x_amz_archive_status": "ARCHIVE_ACCESS"},
        {"x_amz_storage_class": "INTELLIGENT_TIERING", "x_amz_archive_status": "DEEP_ARCHIVE_ACCESS"},
        {"x_cos_storage_class": "INTELLIGENT_TIERING", "x_cos_storage_tier": "ARCHIVE"},
    ],
)
def test_an_archive_tier_of_intelligent_tiering_is_archived(headers: dict[str, str]) -> None:
    assert state(**headers) is ArchiveState.ARCHIVED
    assert state(**headers, x_amz_restore=ONGOING) is ArchiveState.RESTORING


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"x_amz_storage_class": "STANDARD_IA"}, {"x_amz_storage_class": "GLACIER_IR"},
        {"x_cos_storage_class": "INTELLIGENT_TIERING", "x_cos_storage_tier": "INFREQUENT"},
        {"x_cos_storage_class": "MAZ_STANDARD"}, {"x_amz_storage_class": "INTELLIGENT_TIERING"},
    ],
)  # fmt: skip
def test_what_can_be_read_is_not_archived(headers: dict[str, str]) -> None:
    assert state(**headers) is None


def test_a_restore_that_is_only_tried_again_by_cos_is_reported() -> None:
    assert state(x_cos_storage_class="ARCHIVE", x_cos_restore_status="ONGOING") is ArchiveState.RESTORING


def test_only_archive_classes_need_restoring() -> None:
    assert is_archive_class("GLACIER")
    assert not is_archive_class("")
    assert not is_archive_class("STANDARD")


def test_an_ascii_name_is_said_once() -> None:
    assert attachment("a_0.mp4") == 'attachment; filename="a_0.mp4"'


def test_any_other_name_is_said_in_ascii_and_whole() -> None:
    assert attachment("矿车 7号.mp4") == (
        "attachment; filename=\"___7_.mp4\"; filename*=UTF-8''%E7%9F%BF%E8%BD%A6%207%E5%8F%B7.mp4"
    )


@given(st.text(max_size=80))
def test_no_name_adds_a_header_or_a_parameter(name: str) -> None:
    said = attachment(name)
    assert re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9._-]*\"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*)?", said
    )
    if "filename*" in said:
        assert unquote(said.partition("UTF-8''")[2]) == "".join(filter(str.isprintable, name))
