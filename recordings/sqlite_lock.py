"""Taking turns at SQLite's one lock, for those who write all the time.

A writer that finds SQLite's lock taken sleeps up to a tenth of a second before it tries again, and others overtake it:
under a steady load of callbacks some writers wait for seconds. A lock of the operating system wakes the next waiter.
It orders writers and protects nothing: SQLite keeps its own lock, and rare writers need no turn. PostgreSQL needs none.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def turn() -> Iterator[None]:
    """Wait for this installation's turn to write, and keep it for the block. Never inside of a transaction."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with (Path(settings.VAR_DIR) / "writing.turn").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
