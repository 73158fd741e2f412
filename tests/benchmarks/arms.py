"""The ways to one start that `start_overhead.py` compares. Needs Django set up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trro.v20220325.models import CreateCloudRecordingRequest
from tencentcloud.trro.v20220325.trro_client import TrroClient

from recordings.lifecycle.reference import new_reference, read_reference
from recordings.lifecycle.send import sealed_request
from recordings.lifecycle.start import StartRequest, build_recording, start_recording
from recordings.models import ApiCall, Device, StorageCredential, User
from recordings.sandbox.fleet import ACCOUNT
from recordings.trro.outcome import Accepted
from tests.proofs.browser import START, Browser, start_fields
from tests.proofs.servers import environment, web_server
from tests.proofs.site import Ask

STREAMS = 100


class Door:
    """`start_recording`, as the view calls it."""

    def __init__(self) -> None:
        devices = Device.objects.filter(type=Device.Type.FIELD).exclude(device_id__startswith="demo_")
        self.devices = list(devices.select_related("project__account"))
        self.operator = User.objects.get(username="operator")
        self.storage = StorageCredential.objects.get()

    def request(self, number: int) -> StartRequest:
        """The start with this number, on a stream of its own."""
        return StartRequest(
            device=self.devices[number // STREAMS],
            video_stream_id=number % STREAMS,
            storage=self.storage,
            output_format=3,
            max_media_file_duration=60,
            max_idle_time=30,
            file_name_prefix=("bench",),
            reference=read_reference(new_reference()),
        )

    def prepare(self, number: int) -> Callable[[], object]:
        request = self.request(number)

        def start() -> None:
            _, outcome = start_recording(actor=self.operator, request=request)
            assert isinstance(outcome, Accepted)

        return start


def bare_call(door: Door) -> Callable[[int], Callable[[], object]]:
    """Tencent Cloud's client as its documents show it, with the connection kept open, and nothing stored."""
    endpoint = door.devices[0].project.account.endpoint.removeprefix("http://")
    http = HttpProfile(protocol="http", endpoint=endpoint, keepAlive=True)
    client = TrroClient(Credential(ACCOUNT.secret_id, ACCOUNT.secret_key), "", ClientProfile(httpProfile=http))

    def prepare(number: int) -> Callable[[], object]:
        request = CreateCloudRecordingRequest()
        recording = build_recording(actor=door.operator, request=door.request(number))
        request._deserialize(sealed_request(recording).params())
        return lambda: client.CreateCloudRecording(request).TaskId

    return prepare


def between_commits(door: Door) -> Callable[[int], Callable[[], object]]:
    """The bare call between two commits of one small row: what to write first and call after costs at least."""
    prepare_call = bare_call(door)
    account = door.devices[0].project.account

    def prepare(number: int) -> Callable[[], object]:
        call, now = prepare_call(number), timezone.now()

        def start() -> None:
            row = ApiCall.objects.create(account=account, action="Floor", created_at=now, lease_until=now)
            call()
            ApiCall.objects.filter(pk=row.pk).update(outcome=ApiCall.Outcome.ACCEPTED, closed_at=now)

        return start

    return prepare


@contextmanager
def whole_request(var_dir: Path, door: Door) -> Iterator[Callable[[int], Callable[[], object]]]:
    """POST /recordings/new/ to gunicorn, on a kept-alive connection."""
    with web_server(var_dir=var_dir, environ=environment(var_dir, CALL_DEADLINE="15", LOG_LEVEL="WARNING")) as server:
        browser = Browser(server.port, door.operator)
        form = browser.fill_in(START, {})

        def prepare(number: int) -> Callable[[], object]:
            fields = form | start_fields(_ask(door, number)) | {"reference": new_reference()}

            def start() -> None:
                assert browser.post(START, fields).status == 303

            return start

        yield prepare
        browser.close()


def _ask(door: Door, number: int) -> Ask:
    request = door.request(number)
    return Ask(
        operator_id=door.operator.pk,
        project_id=request.device.project_id,
        device_id=request.device.pk,
        storage_id=request.storage.pk,
        video_stream_id=request.video_stream_id,
        reference=request.reference,
    )
