"""Callbacks by the clock, for `callbacks.py`: 500 recordings, a web server and a worker. Needs Django set up."""

import hashlib
import heapq
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from django.utils import timezone

from recordings.callbacks.registration import make_key
from recordings.lifecycle.start import build_recording
from recordings.models import ApiCall, CallbackEvent, CallbackKey, Project, Recording
from recordings.sandbox.events import event
from recordings.trro.signatures import sign
from recordings.vault import open_sealed
from tests.benchmarks.arms import Door
from tests.proofs.servers import environment, running_command, web_server

RECORDINGS = 500
SENDERS = 64
THREADS = 16
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The outcome of one rate; times in milliseconds from when a callback should have left."""

    rate: int
    sent: int
    p50: float
    p99: float
    slowest: float
    refused: int
    lost: int
    interpreted_after: float


class Flood:
    """Posts callbacks about recordings that run, each body a new one."""

    def __init__(self, *, port: int, project: Project, key: CallbackKey, task_ids: list[str]) -> None:
        self._port, self._path = port, f"/callbacks/{project.callback_token}/"
        self._key = open_sealed(key, "key").encode()
        self._task_ids = task_ids
        self._numbers = count()

    def run(self, *, rate: int, seconds: int) -> Row:
        """So many callbacks a second for so long, then until all of them are interpreted."""
        bodies = [self._body(next(self._numbers)) for _ in range(rate * seconds)]
        posts = [self._post(body) for body in bodies]
        delays: list[float] = []
        taken: list[int] = []
        places = iter(range(len(posts)))
        lock = threading.Lock()
        begin = time.perf_counter() + 0.2

        def send() -> None:
            while True:
                with lock:
                    place = next(places, None)
                if place is None:
                    return
                due = begin + place / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                is_taken = self._is_taken(posts[place])
                delay = (time.perf_counter() - due) * 1000
                with lock:
                    delays.append(delay)
                    if is_taken:
                        taken.append(place)

        threads = [threading.Thread(target=send) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        slowest = heapq.nlargest(max(1, len(delays) // 100), delays)
        digests = set(CallbackEvent.objects.values_list("digest", flat=True))
        lost = sum(hashlib.sha256(bodies[place]).hexdigest() not in digests for place in taken)
        return Row(
            rate=rate,
            sent=len(posts),
            p50=sorted(delays)[len(delays) // 2],
            p99=slowest[-1],
            slowest=slowest[0],
            refused=len(posts) - len(taken),
            lost=lost,
            interpreted_after=_wait_for_the_worker(),
        )

    def _body(self, number: int) -> bytes:
        task_id, turn = self._task_ids[number % RECORDINGS], number // RECORDINGS
        kind = (301, 303)[turn] if turn < 2 else 310
        name = f"part_{turn}.mp4"
        about = {"FileName": name, "TrackType": "audio_video", "MediaId": "main"}
        payload = {"Status": 0} if kind != 310 else {"Status": 0, "FileList": [name], "FileMessage": [about]}
        return event(kind, payload, room="room", robot="robot", task_id=task_id, at=time.time() + number / 1000)

    def _post(self, body: bytes) -> bytes:
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nSdkAppId: 1\r\n"
            f"Sign: {sign(self._key, body)}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    def _is_taken(self, post: bytes) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_SECONDS) as connection:
                connection.sendall(post)
                answer = connection.recv(200)
        except OSError:
            return False
        return answer.startswith(b"HTTP/1.1 200")


@contextmanager
def flooded(var_dir: Path) -> Iterator[Flood]:
    """Recordings that were accepted, and the processes of the product; a web server like that of `make run`."""
    door = Door()
    project = door.devices[0].project
    key = make_key(actor="system", project=project)
    task_ids = [f"-bench+{number}/of_many." for number in range(RECORDINGS)]
    _make_recordings(door, task_ids)
    environ = environment(var_dir, LOG_LEVEL="INFO")
    with (
        web_server(var_dir=var_dir, environ=environ, workers=2, threads=THREADS) as server,
        running_command("worker", var_dir=var_dir, environ=environ),
    ):
        yield Flood(port=server.port, project=project, key=key, task_ids=task_ids)


def _make_recordings(door: Door, task_ids: list[str]) -> None:
    now = timezone.now()
    project = door.devices[0].project
    devices = [device for device in door.devices if device.project_id == project.pk]
    recordings = []
    for number, task_id in enumerate(task_ids):
        recording = build_recording(actor=door.operator, request=door.request(number))
        recording.device, recording.project = devices[number % len(devices)], project
        recording.video_stream_id = number // len(devices)
        recording.state, recording.task_id, recording.started_at = Recording.State.ACCEPTED, task_id, now
        recordings.append(recording)
    Recording.objects.bulk_create(recordings)
    ApiCall.objects.bulk_create(
        ApiCall(
            account=project.account, recording=recording, action="CreateCloudRecording", outcome="accepted",
            task_id=recording.task_id, created_at=now, closed_at=now, lease_until=now + timedelta(seconds=25),
        )
        for recording in recordings
    )  # fmt: skip


def _wait_for_the_worker() -> float:
    began = time.monotonic()
    while CallbackEvent.objects.filter(interpreted_at=None).exists():
        time.sleep(0.2)
        assert time.monotonic() - began < 600, "the worker does not get on"
    return time.monotonic() - began
