"""What people decided about a recording, in every format."""

import json

import pytest
from django.utils import timezone

from recordings.models import Device, StorageCredential, User

from .conftest import ask, make_recording
from .readers import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_decisions_stand_beside_the_recording_with_their_reasons(
    operator: User, device: Device, storage: StorageCredential, format: str
) -> None:
    recording = make_recording(operator, device, storage)
    at = timezone.now()
    for choice, reason, decided_by in (("closed", "=1+1", operator), ("dismissed", "nobody", None)):
        recording.decisions.create(
            choice=choice, reason=reason, decided_by=decided_by, decided_at=at, knew_task_id=True
        )
    (row,) = read(ask(operator, format=format))
    exported = row["decisions"] if format == "jsonl" else json.loads(row["decisions"])
    assert [(each["choice"], each["reason"], each["decided_by"]) for each in exported] == [
        ("closed", "=1+1", "operator"), ("dismissed", "nobody", ""),
    ]  # fmt: skip
