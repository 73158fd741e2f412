import contextlib
import ssl
from collections.abc import Callable, Iterator

import pytest

from tests.trro.certificates import Authority
from tests.trro.faulty import FaultyServer, Script, serving

Serve = Callable[..., FaultyServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts faulty servers, which end with the test."""
    with contextlib.ExitStack() as servers:

        def begin(script: Script, tls: ssl.SSLContext | None = None) -> FaultyServer:
            return servers.enter_context(serving(script, tls))

        yield begin


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority that only these tests trust."""
    return Authority(tmp_path_factory.mktemp("authority"))
