"""Recording tasks: started and ended by calls, ended by the sandbox's clock when no video is published."""

import threading
from collections.abc import Callable
from typing import Protocol

from recordings.sandbox.clock import Background, Clock
from recordings.sandbox.devices import DeviceState
from recordings.sandbox.errors import ApiError
from recordings.sandbox.journal import EntryKind, Journal
from recordings.sandbox.names import new_task_id
from recordings.sandbox.task import Task, TaskRequest

STOPPED_BY_API = 0
REMOVED_BY_SERVER = 3
NO_VIDEO = 99


class Film(Protocol):
    """What a task records, by `recorder.py`."""

    def begin(self) -> None:
        """The task runs."""

    def leave(self) -> None:
        """The task is over; files may still follow."""


class Tasks:
    """Every task there ever was. Safe for many threads."""

    def __init__(
        self,
        *,
        clock: Clock,
        background: Background,
        journal: Journal,
        live_limit: int,
        film_of: Callable[[Task], Film],
    ) -> None:
        self._clock = clock
        self._background = background
        self._journal = journal
        self._live_limit = live_limit
        self._film_of = film_of
        self._lock = threading.RLock()
        self._live: dict[str, Task] = {}
        self._films: dict[str, Film] = {}
        self._ended: list[Task] = []

    def start(self, request: TaskRequest, *, publishing: bool, request_id: str, fault: str = "") -> Task:
        """Begin a task, another one each time. Raises ApiError FailedOperation.RestrictedConcurrency."""
        with self._lock:
            if sum(t.request.account == request.account for t in self._live.values()) >= self._live_limit:
                raise ApiError(
                    "FailedOperation.RestrictedConcurrency",
                    f"More than {self._live_limit} recordings at once.",
                )
            now = self._clock.now()
            task = Task(
                task_id=new_task_id(),
                request_id=request_id,
                request=request,
                started_at=now,
                idle_since=None if publishing else now,
            )
            film = self._film_of(task)
            self._live[task.task_id], self._films[task.task_id] = task, film
            self._journal.add(task.entry(EntryKind.STARTED, action="CreateCloudRecording", fault=fault))
        film.begin()
        self._watch_idleness(task)
        return task

    def stop(self, task_id: str, *, account: str, request_id: str, fault: str = "") -> None:
        """End a task by call. Raises ApiError ResourceNotFound when it is unknown or over."""
        with self._lock:
            task = self._live.get(task_id)
            if task is None or task.request.account != account:
                raise ApiError("ResourceNotFound", "The task does not exist or has ended.")
            self._journal.add(
                task.entry(EntryKind.STOPPED, action="DeleteCloudRecording", request_id=request_id, fault=fault)
            )
            self.end(task_id, leave_code=STOPPED_BY_API)

    def end(self, task_id: str, *, leave_code: int, at: float | None = None) -> None:
        """End a task, now or at a moment gone by, for the reason of a callback 302.

        Raises ApiError ResourceNotFound.
        """
        with self._lock:
            task = self._live.pop(task_id, None)
            if task is None:
                raise ApiError("ResourceNotFound", "The task does not exist or has ended.")
            task.ended_at, task.leave_code = at or self._clock.now(), leave_code
            self._ended.append(task)
            self._journal.add(task.entry(EntryKind.ENDED))
            film = self._films.pop(task_id)
        film.leave()

    def publishing_changed(self, state: DeviceState) -> None:
        """A device began or ceased to publish: its tasks are idle from now, or no more."""
        of_device = (state.sample.project_id, state.sample.device_id)
        with self._lock:
            for task in self._live.values():
                if (task.request.project_id, task.request.device_id) != of_device:
                    continue
                if state.publishing:
                    task.idle_since = None
                elif task.idle_since is None:
                    task.idle_since = self._clock.now()
                    self._watch_idleness(task)

    def find(self, task_id: str) -> Task | None:
        """A task that runs."""
        with self._lock:
            return self._live.get(task_id)

    def live(self) -> list[Task]:
        """Those that run, the oldest first."""
        with self._lock:
            return list(self._live.values())

    def ended(self) -> list[Task]:
        """Those that are over, in the order in which they ended."""
        with self._lock:
            return list(self._ended)

    def forget(self) -> None:
        """Drop all tasks without a word."""
        with self._lock:
            for task in self._live.values():
                task.ended_at = self._clock.now()  # a step of its recorder that is under way must be the last
            self._live.clear()
            self._films.clear()
            self._ended.clear()

    def _watch_idleness(self, task: Task) -> None:
        since = task.idle_since
        if since is None:
            return

        def end_if_still_idle(due: float) -> None:
            with self._lock:
                if task.idle_since == since and task.task_id in self._live:
                    self.end(task.task_id, leave_code=NO_VIDEO, at=due)

        self._background.at(since + task.request.max_idle, end_if_still_idle)
