"""The queue of wake-ups, on huey: a message only says where to look, the rows are the truth.

A message that is lost, duplicated or late does no harm: a worker claims the row first, and its sweep wakes rows whose
message was lost. Bucket scans have a queue and threads of their own, so stops and starts never wait for a bucket that
hangs.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections, transaction

from recordings.jobs import run_job
from recordings.rate_limited_log import warn_rarely

if TYPE_CHECKING:
    from huey import Huey

CALLS, SCANS = "trroadmin", "trroadmin-scans"
"""The queues' names: one for everything else, and one for bucket scans."""
QUEUES = (CALLS, SCANS)
SECONDS_TO_CONNECT = 2
SECONDS_OF_SILENCE = 10
"""Longer than a worker waits for a message."""


def wake(job: str, key: Any) -> None:
    """Once this transaction is committed, let a worker do `job` (worker/jobs.py) for the row with this key."""
    transaction.on_commit(partial(send, job, key))


def send(job: str, key: Any) -> bool:
    """Put a wake-up into the queue, now; whether that went well. Never raises: the sweep wakes the row as well."""
    try:
        _opened(SCANS if job == "scan" else CALLS)[1](job, key)
    except Exception as error:
        warn_rarely("wake_up_not_sent", job=job, key=key, why=type(error).__name__)
        return False
    return True


def queue(name: str = CALLS) -> "Huey":
    """One of QUEUES, in the store that QUEUE_URL names, opened at the first use."""
    return _opened(name)[0]


def waiting() -> int:
    """How many wake-ups wait. Raises whatever the queue's store raises when it does not answer."""
    return sum(int(queue(name).storage.queue_size()) for name in QUEUES)


@lru_cache(maxsize=len(QUEUES))
def _opened(name: str) -> tuple["Huey", Callable[[str, Any], Any]]:
    huey = open_queue(settings.QUEUE_URL, name)
    return huey, huey.task(name="work")(_work)


def open_queue(url: str, name: str = CALLS) -> "Huey":
    """A huey of this name on the store that `url` names.

    Messages are signed JSON: write access to the store does not run code here.
    Raises ValueError for a scheme that is none of sqlite, redis, rediss, postgres, postgresql and memory.
    """
    # Here, since huey loads the clients of all stores: 150 ms of every command, most of which open no queue
    from huey import MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey

    from recordings.wakeup_messages import MessageSerializer

    common = {"name": name, "results": False, "immediate": False, "serializer": MessageSerializer()}
    match urlsplit(url).scheme:
        case "sqlite":
            path = Path(urlsplit(url).path.removeprefix("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            return SqliteHuey(filename=str(path), **common)
        case "redis" | "rediss":
            from redis import ConnectionPool

            pool = ConnectionPool.from_url(
                url, socket_connect_timeout=SECONDS_TO_CONNECT, socket_timeout=SECONDS_OF_SILENCE
            )
            return RedisHuey(connection_pool=pool, **common)
        case "postgres" | "postgresql":
            return PostgresHuey(dsn=url, connect_timeout=SECONDS_TO_CONNECT, **common)
        case "memory":
            return MemoryHuey(**common)
        case scheme:
            raise ValueError(f"QUEUE_URL cannot begin with {scheme!r}.")


def _work(job: str, key: Any) -> None:
    """What the consumer runs for a message, in a thread with a database connection of its own."""
    close_old_connections()
    try:
        run_job(job, key)
    finally:
        close_old_connections()
