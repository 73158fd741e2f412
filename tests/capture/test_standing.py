"""What is known of a recording in one word: green only for what is known to record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recordings.lifecycle.live_status import LOOKS, Standing, look_of, standing_of, standing_together
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
        (recording(State.QUEUED), Standing.QUEUED),
        (recording(State.SENDING), Standing.STARTING),
        (recording(State.UNKNOWN), Standing.MAY_RECORD),
        (recording(State.UNKNOWN, attention=Attention.UNKNOWN), Standing.MAY_RECORD),
        (recording(State.ACCEPTED, started_at=NOW), Standing.STARTING),
        (recording(State.ACCEPTED), Standing.MAY_RECORD),
        (recording(State.ACCEPTED, attention=Attention.NOT_RECORDING), Standing.MAY_RECORD),
        (recording(State.ACCEPTED, started_at=NOW, origin="claimed"), Standing.MAY_RECORD),
        (recording(State.ACCEPTED, started_at=NOW, origin="in_bucket"), Standing.MAY_RECORD),
        (recording(State.ACCEPTED, last_file_at=NOW), Standing.MAY_RECORD),
        (recording(State.ACCEPTED, last_file_at=NOW, output_format=OutputFormat.HLS), Standing.RECORDING),
        (recording(State.ACCEPTED, last_file_at=LONG_AGO, output_format=OutputFormat.HLS), Standing.MAY_RECORD),
        (recording(State.RECORDING), Standing.RECORDING),
        (recording(State.RECORDING, attention=Attention.SILENT), Standing.PROBABLY_ENDED),
        (recording(State.RECORDING, offline_since=LONG_AGO), Standing.PROBABLY_ENDED),
        (recording(State.RECORDING, offline_since=NOW), Standing.RECORDING),
        (recording(State.RECORDING, attention=Attention.STOP_REFUSED), Standing.STOP_FAILED),
        (recording(State.STOPPING), Standing.STOPPING),
        (recording(State.STOPPING, attention=Attention.NOT_STOPPING), Standing.NOT_STOPPED),
        (recording(State.CLOSED, attention=Attention.RUNS_ON), Standing.RUNS_ON),
        (recording(State.ENDED, attention=Attention.RUNS_ON), Standing.RUNS_ON),
        (recording(State.CLOSED), None),
        (recording(State.ENDED), None),
        (recording(State.FAILED, attention=Attention.FAILED), None),
    ],
)
def test_each_recording_has_the_word_that_its_evidence_allows(found: Recording, expected: Standing | None) -> None:
    assert standing_of(found, NOW) is expected


def test_only_what_is_known_to_record_is_green() -> None:
    assert [standing for standing, look in LOOKS.items() if look.tone == "good"] == [Standing.RECORDING]
    assert set(LOOKS) == set(Standing)


def test_two_of_one_stream_run_twice_or_may() -> None:
    runs, may, ended = recording(State.RECORDING), recording(State.UNKNOWN), recording(State.CLOSED)
    assert standing_together([runs, runs], NOW) is Standing.TWICE
    assert standing_together([runs, may], NOW) is Standing.MAYBE_TWICE
    assert standing_together([runs, ended], NOW) is Standing.MAYBE_TWICE, "closing stopped nothing"
    assert standing_together([runs], NOW) is Standing.RECORDING
    assert standing_together([], NOW) is None


def test_more_than_two_are_counted() -> None:
    assert str(look_of(Standing.TWICE, 2).label) == "Running twice"
    assert "3" in str(look_of(Standing.TWICE, 3).label)
