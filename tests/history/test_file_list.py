"""The bar over a recording's files, and when its page asks again."""

from datetime import UTC, datetime, timedelta

import pytest

from recordings.history.coverage_bar import MAX_STRETCHES, bar_of
from recordings.history.file_list import files_shown, player_of
from recordings.models import Recording, RecordingFile, User
from recordings.models.files import position_of
from tests.factories import signed_in
from tests.forms import FRAGMENT

BEGIN = datetime(2025, 3, 18, 9, 0, tzinfo=UTC)


def part(begin: float, end: float | None, name: str = "a.mp4") -> RecordingFile:
    minute = timedelta(minutes=1)
    return RecordingFile(
        name=name, begins_at=BEGIN + begin * minute, ends_at=None if end is None else BEGIN + end * minute
    )


def test_parts_stand_one_behind_the_other_with_the_gap_between_them() -> None:
    bar = bar_of(Recording(started_at=BEGIN), [part(0, 10), part(15, 20), part(10, 12)])
    assert bar
    assert [(each.x, each.width) for each in bar.files] == [(0.0, 500.0), (500.0, 100.0), (750.0, 250.0)]
    assert [(each.x, each.width, each.seconds) for each in bar.gaps] == [(600.0, 150.0, 180)]


def test_files_over_the_same_time_leave_no_gap() -> None:
    bar = bar_of(Recording(started_at=BEGIN), [part(0, 20, "a.m3u8"), part(0, 5), part(10, 20)])
    assert bar
    assert not bar.gaps


def test_a_blink_between_two_parts_is_no_gap() -> None:
    bar = bar_of(Recording(started_at=BEGIN), [part(0, 10), part(10.01, 20)])
    assert bar
    assert not bar.gaps


def test_without_times_there_is_no_bar_and_an_end_before_the_beginning_does_no_harm() -> None:
    assert bar_of(Recording(), [RecordingFile(name="a.mp4")]) is None
    assert bar_of(Recording(), [part(5, 1)])
    assert bar_of(Recording(started_at=BEGIN), [part(0, None, "a.m3u8")])


@pytest.mark.parametrize(
    ("name", "player"), [("a.mp4", "video"), ("a.AAC", "audio"), ("a.m3u8", "hls"), ("a.exe", ""), ("mp4", "video")]
)
def test_the_ending_says_which_player(name: str, player: str) -> None:
    assert player_of(name) == player


@pytest.mark.django_db
def test_a_page_asks_again_only_while_files_may_still_come(ended: Recording) -> None:
    assert files_shown(ended).unsettled
    ended.upload_state, ended.next_scan_at = Recording.UploadState.COMPLETE, None
    assert not files_shown(ended).unsettled


def test_very_many_files_are_drawn_as_stretches_and_every_gap_is_counted() -> None:
    many = [part(2 * number, 2 * number + 1) for number in range(2 * MAX_STRETCHES)]
    bar = bar_of(Recording(started_at=BEGIN), many)
    assert bar
    assert len(bar.files) <= MAX_STRETCHES
    assert len(bar.gaps) <= MAX_STRETCHES
    assert bar.gap_count == len(many) - 1


def test_recovered_parts_come_after_the_others_and_parts_by_their_number() -> None:
    names = ["ha1_s_1.mp4", "s_10.mp4", "s_2.mp4", "s.m3u8", "ha1_s_0.mp4", "s_1.mp4"]
    assert sorted(names, key=position_of) == [
        "s.m3u8", "s_1.mp4", "s_2.mp4", "s_10.mp4", "ha1_s_0.mp4", "ha1_s_1.mp4",
    ]  # fmt: skip


@pytest.mark.django_db
def test_files_are_in_natural_order_and_the_unknown_times_come_last_on_every_database(ended: Recording) -> None:
    ended.files.all().delete()
    rows = [("s_B.mp4", None), ("s_a.mp4", None), ("s_10.mp4", None), ("s_9.mp4", 9), ("s_2.mp4", None)]
    rows += [("t_2.mp4", 1), ("s_11.mp4", 0), ("s.aac", 5)]
    for name, minute in rows:
        begins_at = None if minute is None else BEGIN + timedelta(minutes=minute)
        ended.files.create(name=name, begins_at=begins_at, announced_at=BEGIN)
    assert [file.name for file in files_shown(ended).files] == [
        "s.aac", "s_B.mp4", "s_a.mp4", "t_2.mp4", "s_2.mp4", "s_9.mp4", "s_10.mp4", "s_11.mp4",
    ]  # fmt: skip


@pytest.fixture
def many(ended: Recording) -> Recording:
    """It has 450 parts of a thousand bytes, a minute each with a minute between them."""
    ended.files.all().delete()
    minute = timedelta(minutes=1)
    RecordingFile.objects.bulk_create(
        RecordingFile(
            recording=ended, name=f"s_{number}.mp4", size=1000, seen_in_bucket_at=BEGIN,
            begins_at=BEGIN + 2 * number * minute, ends_at=BEGIN + (2 * number + 1) * minute,
        )
        for number in range(450)
    )  # fmt: skip
    return ended


@pytest.mark.django_db
def test_every_file_is_reached_and_totals_are_of_all(many: Recording) -> None:
    pages = [files_shown(many, page=str(number)) for number in (1, 2, 3)]
    assert [file.name for shown in pages for file in shown.files] == [f"s_{number}.mp4" for number in range(450)]
    for shown in pages:
        assert (shown.count, shown.size) == (450, 450_000)
        assert shown.bar
        assert shown.bar.gap_count == 449
    assert files_shown(many, page="x").files[0].name == "s_0.mp4"
    assert files_shown(many, page="99").files[-1].name == "s_449.mp4"


@pytest.mark.django_db
def test_the_page_leads_to_the_rest_of_the_files_with_and_without_javascript(many: Recording, operator: User) -> None:
    client = signed_in(operator)
    whole = client.get(many.get_absolute_url()).content.decode()
    fragment = client.get(f"{many.get_absolute_url()}files/?files=3", headers=FRAGMENT).content.decode()
    assert "450 files" in whole
    assert "1 to 200 of 450" in whole
    assert f'href="{many.get_absolute_url()}?files=2#files"' in whole
    assert f'hx-get="{many.get_absolute_url()}files/?files=2"' in whole
    assert "401 to 450 of 450" in fragment
    assert f'hx-get="{many.get_absolute_url()}files/?files=3" hx-trigger="every' in fragment, "it stays on this page"
    assert "s_449.mp4" in client.get(f"{many.get_absolute_url()}?files=3").content.decode()
