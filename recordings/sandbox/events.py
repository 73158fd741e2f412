"""The bodies of callbacks, as the vendor writes them.

Source: TRRO callbacks. RoomId comes as a string or a number, EventTs as a number or a string, files as a list
or one string: a reader must accept all of them.
"""

import json

from recordings.sandbox.names import robot_of, room_of
from recordings.sandbox.task import Task

RECORDING = 3

STARTED = 301
LEFT = 302
UPLOAD_STARTED = 303
FIRST_PLAYLIST = 304
HLS_UPLOADED = 305
FIRST_SEGMENT = 307
STORAGE_ERROR = 308
FILE_FINISHED = 310


def milliseconds(moment: float) -> int:
    """A moment in seconds, in whole milliseconds."""
    return round(moment * 1000)


def as_vendor_writes(message: dict[str, object]) -> bytes:
    """JSON with tabs and newlines, as the vendor's."""
    return json.dumps(message, ensure_ascii=False, indent="\t", separators=(",", ":\t")).encode()


def event(
    event_type: int, payload: dict[str, object], *, room: str | int, robot: str, task_id: str, at: float
) -> bytes:
    """What is posted about a task when something happened to it at the moment `at`, in seconds."""
    info = {
        "RoomId": room,
        "EventTs": str(int(at)) if isinstance(room, int) else int(at),
        "EventMsTs": milliseconds(at),
        "UserId": robot,
        "TaskId": task_id,
        "Payload": payload,
    }
    return as_vendor_writes(
        {
            "EventGroupId": RECORDING,
            "EventType": event_type,
            "CallbackTs": milliseconds(at),
            "EventInfo": info,
        }
    )


def task_event(task: Task, event_type: int, payload: dict[str, object], *, at: float) -> bytes:
    """The same, about a task of ours."""
    request = task.request
    return event(
        event_type,
        payload,
        room=room_of(request.project_id, request.device_id, request.stream),
        robot=robot_of(task.task_id),
        task_id=task.task_id,
        at=at,
    )
