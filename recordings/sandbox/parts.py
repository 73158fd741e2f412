"""What one sandbox is made of: its clock, its memory and its background threads, put together once."""

from dataclasses import dataclass

from recordings.sandbox.callbacks import Callbacks
from recordings.sandbox.clock import Background, Clock
from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.devices import Devices, DeviceState
from recordings.sandbox.fault_book import FaultBook
from recordings.sandbox.journal import Entry, EntryKind, Journal
from recordings.sandbox.media import Media
from recordings.sandbox.quota import Quota
from recordings.sandbox.receivers import Receiver, Receivers
from recordings.sandbox.recorder import Recorder, Studio
from recordings.sandbox.recovery import end_all, left_open
from recordings.sandbox.storage import NoStorage, S3Storage
from recordings.sandbox.tasks import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The whole state of a sandbox."""

    config: SandboxConfig
    clock: Clock
    journal: Journal
    faults: FaultBook
    quota: Quota
    devices: Devices
    callbacks: Callbacks
    tasks: Tasks
    recording: Background
    posting: Background

    def advance(self, seconds: float, *, timeout: float = 10.0) -> bool:
        """Let time pass and wait for all that became due; False when `timeout` seconds were not enough."""
        self.clock.advance(seconds)
        self.recording.wake()
        self.posting.wake()
        return self.settle(timeout=timeout)

    def settle(self, *, timeout: float = 10.0) -> bool:
        """Wait until nothing is due any more; False when `timeout` seconds were not enough."""
        return self.recording.settle(timeout) and self.posting.settle(timeout)

    def set_device(
        self, project_id: str, device_id: str, *, status: str | None, publishing: bool | None
    ) -> DeviceState:
        """Change a device, and let its tasks know whether it publishes. Raises ApiError ResourceNotFound."""
        state = self.devices.change(project_id, device_id, status=status, publishing=publishing)
        self.tasks.publishing_changed(state)
        self.journal.add(Entry(kind=EntryKind.DEVICE, project=project_id, device=device_id))
        return state

    def reset(self) -> None:
        """As if the sandbox had just begun: no tasks, no faults, devices as configured. The clock is left."""
        self.recording.forget()
        self.posting.forget()
        self.tasks.forget()
        self.faults.clear()
        self.faults.load(self.config.faults, self.config.random_faults)
        self.quota.forget()
        self.devices.forget()
        self.callbacks.receivers.forget()
        self.journal.forget()

    def close(self) -> None:
        """End the background threads and the journal's file."""
        self.recording.close()
        self.posting.close()
        self.journal.close()


def parts_of(config: SandboxConfig) -> Parts:
    """Put a sandbox together; its threads wait from now on, and what a former run left open is ended."""
    ends = left_open(config.journal_path) if config.journal_path else []
    clock = Clock()
    journal = Journal(clock, config.journal_path)
    recording = Background(clock, name="recording", threads=8)
    posting = Background(clock, name="posting", threads=16)
    callbacks = Callbacks(
        clock=clock,
        background=posting,
        journal=journal,
        sdk_app_id=config.sdk_app_id,
        receivers=Receivers(Receiver(url=config.callback_url, key=config.callback_key), config.receivers_path),
        timeout=config.callback_timeout,
    )
    end_all(ends, journal=journal, callbacks=callbacks, at=clock.now())
    studio = Studio(
        config=config,
        clock=clock,
        background=recording,
        journal=journal,
        storage=S3Storage(config.storage_endpoint) if config.storage_endpoint else NoStorage(),
        media=Media(config.media_dir),
        callbacks=callbacks,
    )
    return Parts(
        config=config,
        clock=clock,
        journal=journal,
        faults=FaultBook(config.faults, config.random_faults),
        quota=Quota(clock, config.calls_per_second),
        devices=Devices(config.fleet, clock),
        callbacks=callbacks,
        tasks=Tasks(
            clock=clock,
            background=recording,
            journal=journal,
            live_limit=config.live_limit,
            film_of=lambda task: Recorder(task, studio),
        ),
        recording=recording,
        posting=posting,
    )
