"""A Redis of a test's own, which can be stopped and filled. Skips the test where no redis-server is installed."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer:
    """A running redis-server."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> Redis:
        return Redis(port=self.port)

    def stop(self) -> None:
        """Gone: connections are refused from now on."""
        self.process.kill()
        self.process.wait()

    def fill(self) -> None:
        """Full: it reads, and refuses whatever would take memory."""
        self.client.config_set("maxmemory-policy", "noeviction")
        self.client.config_set("maxmemory", "1")


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A redis-server on a free port of loopback, without files, ended with the block."""
    program = shutil.which("redis-server")
    if program is None:
        assert "CI" not in os.environ, "redis-server is missing"
        pytest.skip("no redis-server here")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        server = RedisServer(port=port, process=process)
        try:
            _wait_for(server)
            yield server
        finally:
            process.kill()


def _wait_for(server: RedisServer) -> None:
    for _ in range(100):
        try:
            server.client.ping()
        except RedisError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("redis-server did not start")
