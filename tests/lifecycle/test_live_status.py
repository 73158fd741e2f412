"""What is known of a recording in one word: green only for what is known to record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recordings.lifecycle.live_status import BADGES, LiveStatus, badge_of, combined_status, live_status_of
from recordings.models import Attention, Device, Recording
from recordings.models.profiles import OutputFormat

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)
State = Recording.State


def recording(state: State, *, offline_since: datetime | None = None, **fields: Any) -> Recording:
    status = Device.Status.OFFLINE if offline_since else Device.Status.CONNECTED
    known = {"created_at": LONG_AGO, "started_at": LONG_AGO, "max_idle_time": 30, "output_format": OutputFormat.MP4}
    return Recording(state=state, device=Device(status=status, offline_since=offline_since), **known | fields)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (recording(State.QUEUED), LiveStatus.QUEUED),
        (recording(State.SENDING), LiveStatus.STARTING),
        (recording(State.UNKNOWN), LiveStatus.MAY_RECORD),
        (recording(State.UNKNOWN, attention=Attention.UNKNOWN), LiveStatus.MAY_RECORD),
        (recording(State.ACCEPTED, started_at=NOW), LiveStatus.STARTING),
        (recording(State.ACCEPTED), LiveStatus.MAY_RECORD),
        (recording(State.ACCEPTED, attention=Attention.NOT_RECORDING), LiveStatus.MAY_RECORD),
        (recording(State.ACCEPTED, started_at=NOW, origin="claimed"), LiveStatus.MAY_RECORD),
        (recording(State.ACCEPTED, started_at=NOW, origin="in_bucket"), LiveStatus.MAY_RECORD),
        (recording(State.ACCEPTED, last_file_at=NOW), LiveStatus.MAY_RECORD),
        (recording(State.ACCEPTED, last_file_at=NOW, output_format=OutputFormat.HLS), LiveStatus.RECORDING),
        (recording(State.ACCEPTED, last_file_at=LONG_AGO, output_format=OutputFormat.HLS), LiveStatus.MAY_RECORD),
        (recording(State.RECORDING), LiveStatus.RECORDING),
        (recording(State.RECORDING, attention=Attention.SILENT), LiveStatus.PROBABLY_ENDED),
        (recording(State.RECORDING, offline_since=LONG_AGO), LiveStatus.PROBABLY_ENDED),
        (recording(State.RECORDING, offline_since=NOW), LiveStatus.RECORDING),
        (recording(State.RECORDING, attention=Attention.STOP_REFUSED), LiveStatus.STOP_FAILED),
        (recording(State.STOPPING), LiveStatus.STOPPING),
        (recording(State.STOPPING, attention=Attention.NOT_STOPPING), LiveStatus.NOT_STOPPED),
        (recording(State.CLOSED, attention=Attention.RUNS_ON), LiveStatus.RUNS_ON),
        (recording(State.ENDED, attention=Attention.RUNS_ON), LiveStatus.RUNS_ON),
        (recording(State.CLOSED), None),
        (recording(State.ENDED), None),
        (recording(State.FAILED, attention=Attention.FAILED), None),
    ],
)
def test_each_recording_has_the_word_that_its_evidence_allows(found: Recording, expected: LiveStatus | None) -> None:
    assert live_status_of(found, NOW) is expected


def test_only_what_is_known_to_record_is_green() -> None:
    assert [standing for standing, look in BADGES.items() if look.tone == "good"] == [LiveStatus.RECORDING]
    assert set(BADGES) == set(LiveStatus)


def test_two_of_one_stream_run_twice_or_may() -> None:
    runs, may, ended = recording(State.RECORDING), recording(State.UNKNOWN), recording(State.CLOSED)
    assert combined_status([runs, runs], NOW) is LiveStatus.TWICE
    assert combined_status([runs, may], NOW) is LiveStatus.MAYBE_TWICE
    assert combined_status([runs, ended], NOW) is LiveStatus.MAYBE_TWICE, "closing stopped nothing"
    assert combined_status([runs], NOW) is LiveStatus.RECORDING
    assert combined_status([], NOW) is None


def test_more_than_two_are_counted() -> None:
    assert str(badge_of(LiveStatus.TWICE, 2).label) == "Running twice"
    assert "3" in str(badge_of(LiveStatus.TWICE, 3).label)
