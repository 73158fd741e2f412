"""Wake-ups in the queue's store: signed JSON, and nothing that another wrote there runs here."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from huey import Huey
from huey.serializer import Serializer

from recordings import wakeups
from tests.redis_server import running_redis


class Attack:
    """Pickled, it is a call that makes a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return os.mkdir, (str(self._folder),)


@pytest.fixture(params=["sqlite", "redis"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Huey]:
    """A queue of each kind that others may reach."""
    if request.param == "sqlite":
        yield wakeups.open_queue(f"sqlite:///{tmp_path / 'queue.sqlite3'}")
    else:
        with running_redis(tmp_path) as server:
            yield wakeups.open_queue(server.url)


def test_a_pickle_in_the_queue_runs_nothing_and_is_refused(opened: Huey, tmp_path: Path) -> None:
    opened.storage.enqueue(pickle.dumps(Attack(tmp_path / "attacked")))
    with pytest.raises(ValueError, match="not written by this server"):
        opened.dequeue()
    assert not (tmp_path / "attacked").exists()
    assert opened.pending_count() == 0


def test_the_same_attack_succeeds_against_hueys_own_messages(opened: Huey, tmp_path: Path) -> None:
    opened.serializer = Serializer()
    opened.storage.enqueue(pickle.dumps(Attack(tmp_path / "attacked")))
    with pytest.raises(AttributeError):  # None, which the attack left, is no message
        opened.dequeue()
    assert (tmp_path / "attacked").is_dir()


@pytest.mark.parametrize(
    "text", ["", "x", '["1","work","stop",1]', signing.Signer(salt="x").sign('["1","work","stop",1]')]
)
def test_a_message_that_this_server_did_not_sign_is_refused(opened: Huey, text: str) -> None:
    opened.storage.enqueue(text.encode())
    with pytest.raises(ValueError, match="not written by this server"):
        opened.dequeue()


@pytest.mark.parametrize("key", [7, uuid4()])
def test_a_wake_up_comes_out_as_it_went_in(opened: Huey, key: Any) -> None:
    done: list[tuple[str, str]] = []
    work = opened.task(name="work")(lambda job, key: done.append((job, str(key))))
    work("stop", key)
    opened.execute(opened.dequeue())
    assert done == [("stop", str(key))]
