"""What a former run left behind: tasks that ran when the sandbox was killed.

No recorder works on them any more, so a new run ends them and reports it, as the vendor does when a recorder is lost.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from recordings.sandbox.callbacks import Callbacks
from recordings.sandbox.events import LEFT, event
from recordings.sandbox.journal import Entry, EntryKind, Journal
from recordings.sandbox.names import robot_of, room_of
from recordings.sandbox.tasks import REMOVED_BY_SERVER


def left_open(path: Path) -> list[Entry]:
    """The starts in a journal file that have no end there, each as its end's entry; none without a file."""
    started: dict[str, dict[str, object]] = {}
    for entry in _entries(path):
        task_id = str(entry.get("task_id", ""))
        if entry.get("kind") == EntryKind.STARTED:
            started[task_id] = entry
        elif entry.get("kind") == EntryKind.ENDED:
            started.pop(task_id, None)
    return [_end_of(entry) for entry in started.values()]


def end_all(ends: list[Entry], *, journal: Journal, callbacks: Callbacks, at: float) -> None:
    """Enter the ends, and post a callback for each."""
    for end in ends:
        journal.add(end)
        body = event(
            LEFT,
            {"LeaveCode": end.leave_code},
            room=room_of(end.project, end.device, end.stream or 0),
            robot=robot_of(end.task_id),
            task_id=end.task_id,
            at=at,
        )
        callbacks.post(body, project_id=end.project, task_id=end.task_id, event_type=LEFT)


def _entries(path: Path) -> Iterator[dict[str, object]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # the last line of a run that was killed while writing
            if isinstance(entry, dict):
                yield entry


def _end_of(started: dict[str, object]) -> Entry:
    stream, prefix = started.get("stream"), started.get("prefix")
    return Entry(
        kind=EntryKind.ENDED,
        request_id=str(started.get("request_id", "")),
        project=str(started.get("project", "")),
        device=str(started.get("device", "")),
        stream=stream if isinstance(stream, int) else None,
        task_id=str(started.get("task_id", "")),
        prefix=tuple(str(part) for part in prefix) if isinstance(prefix, list) else (),
        leave_code=REMOVED_BY_SERVER,
    )
