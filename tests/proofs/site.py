"""A site that can record: rows in the database, and a sandbox that knows the same account and devices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from recordings.lifecycle.reference import new_reference, read_reference
from recordings.lifecycle.start import StartRequest, start_recording
from recordings.models import Device, Recording, StorageCredential, User
from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.samples import Fleet, SampleDevice, SampleProject
from recordings.trro.outcome import Outcome
from tests.factories import ACCOUNT_SECRET_KEY, make_account, make_device, make_operator, make_project, make_storage

PROJECT_ID = "m82k5408n123phvb"
SECRET_ID = "AKIDofaproof"
NO_QUOTA = 100_000
DEVICES = 40
STREAMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One start to be asked for. Holds keys only, so that it can go to another process."""

    operator_id: int
    project_id: int
    device_id: int
    storage_id: int
    video_stream_id: int
    reference: str

    def request(self, **changes: Any) -> StartRequest:
        """The same as the form makes of it; reads the database."""
        answers: dict[str, Any] = {
            "device": Device.objects.get(pk=self.device_id),
            "video_stream_id": self.video_stream_id,
            "storage": StorageCredential.objects.get(pk=self.storage_id),
            "output_format": 3,
            "max_media_file_duration": 60,
            "max_idle_time": 30,
            "file_name_prefix": ("proof",),
            "reference": self.reference,
        }
        return StartRequest(**answers | changes)

    def start(self, **changes: Any) -> tuple[Recording, Outcome]:
        """Ask for it, as the person whose key is held. Raises what `start_recording` raises."""
        return start_recording(actor=User.objects.get(pk=self.operator_id), request=self.request(**changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One project with devices, a storage, an operator, and the sandbox that its account calls."""

    sandbox: Sandbox
    operator: User
    storage: StorageCredential
    devices: tuple[Device, ...]

    def ask(self, number: int) -> Ask:
        """The start of the stream with this number, under a reference of its own: other number, other stream."""
        return Ask(
            operator_id=self.operator.pk,
            project_id=self.devices[0].project_id,
            device_id=self.devices[number % len(self.devices)].pk,
            storage_id=self.storage.pk,
            video_stream_id=number // len(self.devices) % STREAMS,
            reference=read_reference(new_reference()),
        )


@contextmanager
def open_site(*, quota: int = 0, **sandbox: Any) -> Iterator[Site]:
    """A site for the block. `quota` is in calls a second, kept by us and checked by the sandbox; 0: out of the way."""
    fleet = Fleet(
        projects=(SampleProject(project_id=PROJECT_ID, name="Proofs", description=""),),
        devices=tuple(_sample(number) for number in range(DEVICES)),
    )
    options: dict[str, Any] = {
        "accounts": {SECRET_ID: ACCOUNT_SECRET_KEY},
        "fleet": fleet,
        "calls_per_second": quota,
        "live_limit": 1_000_000,
    }
    with running_sandbox(SandboxConfig(**options | sandbox)) as running:
        account = make_account(
            endpoint=running.url,
            secret_id=SECRET_ID,
            secret_key=options["accounts"][SECRET_ID],
            calls_per_second=quota or NO_QUOTA,
        )
        project = make_project(account=account, project_id=PROJECT_ID)
        yield Site(
            sandbox=running,
            operator=make_operator(project),
            storage=make_storage(project),
            devices=tuple(make_device(project, device_id=sample.device_id) for sample in fleet.devices),
        )


def _sample(number: int) -> SampleDevice:
    return SampleDevice(
        project_id=PROJECT_ID,
        device_id=f"machine_{number:02}",
        name="",
        device_type="field",
        status="connected",
    )
