"""How many statements one start makes in the database: every one delays the call to Tencent Cloud, or its answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recordings.lifecycle.start import start_recording
from recordings.models import Device, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.factories import make_device

from .start_requests import start_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_accepted_start_makes_few_statements(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    start_recording(actor=operator, request=start_request(device, storage))  # the first makes the chain's row
    other = make_device(device.project, device_id="truck_001")
    request = start_request(other, storage)
    with CaptureQueriesContext(connection) as statements:
        recording, _ = start_recording(actor=operator, request=request)
    free = ("BEGIN", "COMMIT", "PRAGMA")  # SQLite's PRAGMA sets a number in this process
    made = [each["sql"] for each in statements if not each["sql"].startswith(free)]
    slots = [sql for sql in made if "quotaslot" in sql]
    made = [sql for sql in made if sql not in slots[1:]]  # a missed slot is taken again: that depends on the machine
    assert recording.state == Recording.State.ACCEPTED
    assert len(made) <= 15, "\n".join(made)
