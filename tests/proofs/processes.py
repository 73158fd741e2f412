"""Child processes of a proof: real ones, on the test's own database, and ended with the block at the latest.

They are forked from a server that has imported the product already, so that a hundred of them cost little.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection, connections

if not apps.ready:  # in the server that children are forked from
    django.setup()

CONTEXT: ForkServerContext = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.proofs.processes", "tests.proofs.children"])


@contextmanager
def running(work: Callable[..., object], *args: Any) -> Iterator[ForkServerProcess]:
    """`work(*args)` in a child process, killed at the end of the block if it still runs."""
    ours = {
        "VAR_DIR": Path(settings.VAR_DIR),
        "AUDIT_ANCHOR": Path(settings.AUDIT_ANCHOR),
        "CALL_DEADLINE": settings.CALL_DEADLINE,
    }
    database = connection.settings_dict["NAME"]
    child = CONTEXT.Process(target=_begin, args=(database, ours, work, args), daemon=True)
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join()


def _begin(database: str, ours: dict[str, Any], work: Callable[..., object], args: tuple[Any, ...]) -> None:
    connections.databases["default"]["NAME"] = database
    for name, value in ours.items():
        setattr(settings, name, value)
    work(*args)
