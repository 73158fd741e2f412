"""A sandbox that runs inside this process: for tests, and below the two commands."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.devices import DeviceState
from recordings.sandbox.faults import Fault, FaultPlan, RandomFaults
from recordings.sandbox.journal import Entry, EntryKind
from recordings.sandbox.parts import Parts, parts_of
from recordings.sandbox.server import SandboxServer
from recordings.sandbox.task import Task

PATIENCE_SECONDS = 120
"""How long background work may take on a busy machine before it counts as stuck."""


class Sandbox:
    """A running sandbox, to be asked and steered directly."""

    def __init__(self, parts: Parts, server: SandboxServer) -> None:
        self.parts = parts
        self._server = server

    @property
    def endpoint(self) -> str:
        """`127.0.0.1:PORT`, as the SDK wants it."""
        return f"{self._server.server_address[0]!s}:{self._server.server_port}"

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://{self.endpoint}"

    def journal(self, kind: EntryKind | None = None) -> list[Entry]:
        """What really happened, in order."""
        return self.parts.journal.entries(kind=kind)

    def add_fault(
        self,
        fault: Fault,
        *,
        action: str = "CreateCloudRecording",
        device_id: str = "",
        code: str = "",
        message: str = "",
        times: int | None = 1,
    ) -> None:
        """Let the next `times` calls that fit meet this fault, None for all; see `FaultPlan`."""
        self.parts.faults.add(
            FaultPlan(fault=fault, action=action, device_id=device_id, code=code, message=message, times=times)
        )

    def roll_faults(self, dice: RandomFaults | None) -> None:
        """Faults by chance from now on, or with None no more."""
        self.parts.faults.roll(dice)

    def live(self) -> list[Task]:
        """The tasks that run."""
        return self.parts.tasks.live()

    def end_task(self, task_id: str, *, leave_code: int) -> None:
        """End a task for a reason of callback 302. Raises ApiError when it does not run."""
        self.parts.tasks.end(task_id, leave_code=leave_code)

    def set_device(
        self, project_id: str, device_id: str, *, status: str | None = None, publishing: bool | None = None
    ) -> DeviceState:
        """Change a device, see `Devices.change`. Raises ApiError ResourceNotFound."""
        return self.parts.set_device(project_id, device_id, status=status, publishing=publishing)

    def advance(self, seconds: float) -> None:
        """Let time pass and wait until what became due is done. Raises TimeoutError after two minutes."""
        if not self.parts.advance(seconds, timeout=PATIENCE_SECONDS):
            raise TimeoutError("the sandbox's background work did not come to rest")

    def settle(self) -> None:
        """Wait until nothing is due. Raises TimeoutError after two minutes."""
        self.advance(0)

    def reset(self) -> None:
        """As if it had just begun; the clock is left."""
        self.parts.reset()


@contextmanager
def running_sandbox(config: SandboxConfig | None = None) -> Iterator[Sandbox]:
    """Run a sandbox for the block, on a free port unless the configuration names one. Raises OSError."""
    parts = parts_of(config or SandboxConfig())
    try:
        server = SandboxServer(parts)
    except OSError:
        parts.close()
        raise
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox-server", daemon=True
    )
    thread.start()
    try:
        yield Sandbox(parts, server)
    finally:
        server.shutdown()
        server.server_close()
        server.end_connections()
        thread.join()
        parts.close()
