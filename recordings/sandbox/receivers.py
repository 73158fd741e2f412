"""Where each project's callbacks go, kept over a restart when there is a file for it."""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """An address, and the key that signs what goes there; without a key callbacks go out unsigned."""

    url: str
    key: str = field(repr=False)


class Receivers:
    """Those registered by ModifyCallbackUrl, else the default. Safe for many threads."""

    def __init__(self, default: Receiver, path: Path | None) -> None:
        self._default = default
        self._path = path
        self._lock = threading.Lock()
        self._registered: dict[str, Receiver] = {}
        if path is not None and path.is_file():
            stored = json.loads(path.read_text(encoding="utf-8"))
            self._registered = {project: Receiver(**receiver) for project, receiver in stored.items()}

    def of(self, project_id: str) -> Receiver:
        """The project's receiver; its address is empty when there is none."""
        with self._lock:
            return self._registered.get(project_id, self._default)

    def register(self, project_id: str, receiver: Receiver) -> None:
        """From now on this project's callbacks go there."""
        with self._lock:
            self._registered[project_id] = receiver
            self._store()

    def forget(self) -> None:
        """Back to the default for every project."""
        with self._lock:
            self._registered.clear()
            self._store()

    def _store(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        # The file holds signing keys: only its owner can read it, and a killed process leaves the old one complete.
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({project: asdict(receiver) for project, receiver in self._registered.items()}, file)
        new.replace(self._path)
