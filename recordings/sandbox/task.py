"""One recording task, from the requested start to its end; `tasks` keeps all of them."""

from dataclasses import dataclass

from recordings.sandbox.journal import Entry, EntryKind
from recordings.sandbox.storage import Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """A requested start; `max_idle` in seconds, `max_minutes` in minutes."""

    account: str
    project_id: str
    device_id: str
    stream: int
    bucket: Bucket
    prefix: tuple[str, ...]
    output_format: int
    max_minutes: int
    max_idle: int


@dataclass(slots=True, kw_only=True)
class Task:
    """One recording from start to end."""

    task_id: str
    request_id: str
    request: TaskRequest
    started_at: float
    idle_since: float | None
    """Since when no video is published; None while video is published."""
    ended_at: float | None = None
    leave_code: int | None = None

    def recorded_since(self, moment: float) -> bool:
        """Whether anything was published after this moment."""
        return self.idle_since is None or self.idle_since > moment

    def entry(self, kind: EntryKind, *, action: str = "", request_id: str = "", fault: str = "") -> Entry:
        """A journal entry about this task."""
        return Entry(
            kind=kind,
            action=action,
            request_id=request_id or self.request_id,
            project=self.request.project_id,
            device=self.request.device_id,
            stream=self.request.stream,
            task_id=self.task_id,
            fault=fault,
            prefix=self.request.prefix,
            leave_code=self.leave_code,
        )
