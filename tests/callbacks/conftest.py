"""Each test of callbacks begins with nothing kept in this process, and leaves no timer behind."""

from collections.abc import Iterator

import pytest

from recordings.callbacks import keys, rejections


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    keys.forget()
    yield
    keys.forget()
    rejections.forget()
