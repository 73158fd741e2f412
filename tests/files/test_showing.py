"""The bar over a recording's files, and when its page asks again."""

from datetime import UTC, datetime, timedelta

import pytest

from recordings.files.bar import bar_of
from recordings.files.showing import files_shown, player_of
from recordings.models import Recording, RecordingFile

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
    ended.upload_state, ended.look_at = Recording.UploadState.COMPLETE, None
    assert not files_shown(ended).unsettled
