"""An S3 server that stands in for COS and S3: moto behind `bucket_rights`, on loopback, in memory only.

It needs the packages of requirements-sandbox.txt, imported late so that a sandbox without storage needs none.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from recordings.sandbox.bucket_rights import Guard, Rights
from recordings.sandbox.config import is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketServer:
    """A running server."""

    url: str
    guard: Guard

    def create(self, bucket: str, *, region: str, cos: bool = True) -> None:
        """Make an empty bucket; with `cos` a request for another region finds none, as COS answers."""
        self.guard.know(bucket, region=region, cos=cos)
        backend = _backend()
        if bucket not in backend.buckets:
            backend.create_bucket(bucket, region)

    def grant(self, access_key: str, secret_key: str, *actions: str) -> None:
        """Let a key do `actions` (bucket_rights.ACTIONS; all when none are named). Until then any key may all."""
        self.guard.grant(access_key, Rights.of(secret_key, *actions))

    def keys(self, bucket: str) -> list[str]:
        """The names of all objects."""
        return sorted(_backend().buckets[bucket].keys)

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Write an object, without checking rights."""
        with self.guard.lock:
            _backend().put_object(bucket, key, content)

    def archive(self, bucket: str, key: str, storage_class: str, *, restore: str = "", tier: str = "") -> None:
        """Move an object to a storage class in which it cannot be read before it is restored.

        `restore`: the value of the header of that name. `tier`: the archive tier of intelligent tiering.
        """
        headers = [("x-amz-restore", restore), ("x-amz-archive-status", tier)]
        # moto's own setter refuses COS's classes, and moto knows nothing of what is said to be restored here
        is_restored = 'ongoing-request="false"' in restore
        if is_restored:
            headers.append(("x-amz-storage-class", storage_class))
        with self.guard.lock:
            self.guard.archived[bucket, key] = [(name, value) for name, value in headers if value]
            _backend().buckets[bucket].keys[key]._storage_class = "STANDARD" if is_restored else storage_class

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object, without checking rights."""
        with self.guard.lock:
            _backend().delete_object(bucket, key)


@contextmanager
def running_bucket_server(*, port: int = 0, host: str = "127.0.0.1") -> Iterator[BucketServer]:
    """Run one for the block, empty, on a free port unless one is given. Raises OSError for a taken port."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    if not is_loopback(host):
        raise ValueError(f"the stand-in for COS and S3 listens on loopback only, not on {host}")

    class Handler(MotoRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, type: str, message: str, *args: Any) -> None:
            logging.getLogger("recordings.sandbox").debug(message, *args)

    _forget()
    guard = Guard(DomainDispatcherApplication(create_backend_app))
    server = make_server(host, port, guard, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield BucketServer(url=f"http://{host}:{server.server_port}", guard=guard)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        _forget()


def _backend() -> Any:
    from moto.s3.models import s3_backends

    return s3_backends["123456789012"]["aws"]


def _forget() -> None:
    _backend().reset()
