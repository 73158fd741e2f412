"""The fleet as it is now: what the inventory shows, and whether anybody publishes."""

import threading
from dataclasses import dataclass

from recordings.sandbox.clock import Clock
from recordings.sandbox.errors import ApiError
from recordings.sandbox.samples import Fleet, SampleDevice, SampleProject


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """One device at this moment; times in seconds."""

    sample: SampleDevice
    status: str
    publishing: bool
    reported_at: float


class Devices:
    """Projects and devices; their states can be changed from outside."""

    def __init__(self, fleet: Fleet, clock: Clock) -> None:
        self._fleet = fleet
        self._clock = clock
        self._lock = threading.Lock()
        self._states: dict[tuple[str, str], DeviceState] = {}
        self.began_at = clock.now()
        self.forget()

    def forget(self) -> None:
        """Put every device back into its sample state; all that are not offline publish."""
        with self._lock:
            self._states = {
                (d.project_id, d.device_id): DeviceState(
                    sample=d, status=d.status, publishing=d.status != "offline", reported_at=self.began_at
                )
                for d in self._fleet.devices
            }

    def project(self, project_id: str) -> SampleProject:
        """Raises ApiError ResourceNotFound."""
        for project in self._fleet.projects:
            if project.project_id == project_id:
                return project
        raise ApiError("ResourceNotFound", f"The project {project_id} does not exist.")

    def device(self, project_id: str, device_id: str) -> DeviceState:
        """Raises ApiError ResourceNotFound."""
        self.project(project_id)
        with self._lock:
            state = self._states.get((project_id, device_id))
        if state is None:
            raise ApiError("ResourceNotFound", f"The device {device_id} does not exist in project {project_id}.")
        return state

    def of_project(self, project_id: str) -> list[DeviceState]:
        """In the fleet's order. Raises ApiError ResourceNotFound."""
        self.project(project_id)
        with self._lock:
            return [state for (project, _), state in self._states.items() if project == project_id]

    def change(self, project_id: str, device_id: str, *, status: str | None, publishing: bool | None) -> DeviceState:
        """Set status, publishing or both; going offline ends the publishing, coming back begins it.

        Raises ApiError ResourceNotFound.
        """
        before = self.device(project_id, device_id)
        status = before.status if status is None else status
        if publishing is None:
            publishing = before.publishing if status == before.status else status != "offline"
        after = DeviceState(
            sample=before.sample,
            status=status,
            publishing=publishing and status != "offline",
            reported_at=self._clock.now(),
        )
        with self._lock:
            self._states[project_id, device_id] = after
        return after
