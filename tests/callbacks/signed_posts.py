"""What the tests of callbacks share: keys, bodies as the vendor writes them, and posting them signed."""

import time
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from recordings import vault
from recordings.lifecycle.evidence import apply_evidence, set_task_id
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.lifecycle.start import build_recording
from recordings.models import ApiCall, CallbackKey, Device, Project, Recording, StorageCredential, User
from recordings.sandbox.events import event
from recordings.trro.signatures import sign
from tests.lifecycle.start_requests import start_request

KEY = "canaryOfTheCallbackKey0123456789"
TASK = "-task+one/two_three-four/five."


def make_key(project: Project, key: str = KEY, **fields: Any) -> CallbackKey:
    row = CallbackKey(**{"project": project, "created_by": "somebody"} | fields)
    vault.seal(row, "key", key)
    row.save(force_insert=True)
    return row


def body_of(event_type: int, *, task_id: str = TASK, at: float | None = None, **payload: Any) -> bytes:
    """A callback's body about a task, as the sandbox writes it; `at` is in seconds."""
    moment = time.time() if at is None else at
    return event(event_type, payload, room="truck_07_0", robot="record_1", task_id=task_id, at=moment)


def post(project: Project, body: bytes, *, key: str = KEY, client: Client | None = None, **headers: Any) -> Any:
    """Post a body to the project's address, signed with `key` unless `Sign` is given; None leaves it out."""
    sent = {"Sign": sign(key.encode(), body)} | headers
    return (client or Client()).post(
        f"/callbacks/{project.callback_token}/",
        data=body,
        content_type="application/json",
        headers={name: value for name, value in sent.items() if value is not None},
    )


def tell(project: Project, *bodies: bytes) -> None:
    """Post bodies that are right, and let the worker interpret them."""
    for body in bodies:
        assert post(project, body).status_code == 200
    interpret_waiting(timezone.now())


def make_recording(
    operator: User, device: Device, storage: StorageCredential, *, task_id: str = "", **changes: Any
) -> Recording:
    """A recording whose start was answered with `task_id`, or whose answer was lost."""
    recording = build_recording(actor=operator, request=start_request(device, storage, **changes))
    recording.save()
    now = timezone.now()
    ApiCall.objects.create(
        account=recording.account,
        recording=recording,
        action="CreateCloudRecording",
        created_at=now,
        lease_until=now + timedelta(seconds=25),
        closed_at=now,
        outcome=ApiCall.Outcome.ACCEPTED if task_id else ApiCall.Outcome.UNKNOWN,
        task_id=task_id,
    )
    if task_id:
        set_task_id(recording, task_id)
    apply_evidence(recording)
    return recording
