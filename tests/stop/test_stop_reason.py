"""What was typed as a stop's reason outlives a session that ended: it comes back through the address."""

import pytest

from recordings.lifecycle.start import build_recording
from recordings.models import Device, StorageCredential, User
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def test_the_reason_is_prefilled_from_the_address(device: Device, storage: StorageCredential, operator: User) -> None:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.save()
    page = signed_in(operator).get(f"/recordings/{recording.pk}/stop/", {"reason": 'Shift "B" is over'})
    assert page.context["form"]["reason"].value() == 'Shift "B" is over'
    assert "Shift &quot;B&quot; is over" in page.content.decode()
