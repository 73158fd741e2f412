"""Names the vendor makes up: TaskIds, rooms, recording robots and recorded files."""

import base64
import secrets
import string
import zlib
from datetime import UTC, datetime

_LETTERS = string.ascii_letters + string.digits


def new_task_id() -> str:
    """80 to 130 characters, never the same twice: begins with `-`, ends with `.`, holds `+`, `/`, `_` within.

    A `/` is always between letters, so that the id is good as a part of an object key.
    """
    pieces = [
        "".join(secrets.choice(_LETTERS) for _ in range(13 + secrets.randbelow(9))) for _ in range(6)
    ]  # fmt: skip
    return "-" + "+".join(pieces[:2]) + "/" + "_".join(pieces[2:4]) + "-" + "/".join(pieces[4:]) + "."


def room_of(project_id: str, device_id: str, stream: int) -> str | int:
    """The room a stream is published in: a string in some projects, a number in others."""
    if zlib.crc32(project_id.encode()) % 2:
        return zlib.crc32(f"{project_id}/{device_id}/{stream}".encode())
    return f"{device_id}_{stream}"


def robot_of(task_id: str) -> str:
    """The user that enters the room to record."""
    return f"record_{zlib.crc32(task_id.encode())}"


def in_file_name(identifier: str | int) -> str:
    """Base64 with `/` as `-` and `=` as `.`."""
    return base64.b64encode(str(identifier).encode()).decode().replace("/", "-").replace("=", ".")


def file_stem(*, sdk_app_id: int, room: str | int, publisher: str) -> str:
    """What all files of one recording begin with."""
    return f"{sdk_app_id}_{in_file_name(room)}__UserId_s_{in_file_name(publisher)}__UserId_e_main"


def utc_stamp(moment: float) -> str:
    """A moment in seconds as it stands in a segment's name: date, time, milliseconds."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%d%H%M%S") + f"{int(moment * 1000) % 1000:03d}"


def iso_time(moment: float) -> str:
    """A moment in seconds as the inventory shows it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
