"""A step of the worker that fails each second does not fill the log."""

from datetime import datetime

import pytest
from django.utils import timezone

from recordings.worker.cycle import attempt


def _fails(_now: datetime) -> None:
    raise ValueError("canary")


def _fails_too(_now: datetime) -> None:
    raise ValueError("canary")


def test_a_step_that_goes_on_failing_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(50):
        attempt(_fails, timezone.now())
        attempt(_fails_too, timezone.now())
    failed = [record for record in caplog.records if "step_failed" in str(record.msg)]
    assert len(failed) == 2, "one for each step"
