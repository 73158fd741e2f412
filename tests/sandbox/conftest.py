"""A sandbox for each test, without quota and with everything large or slow made small."""

from collections.abc import Iterator

import pytest

from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from tests.sandbox.receiver import Receiver, running_receiver

MIB = 1024 * 1024


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    config = SandboxConfig(calls_per_second=0, huge_bytes=2 * MIB, drip_pause=0.1)
    with running_sandbox(config) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running
