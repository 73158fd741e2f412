"""Fixtures of the proofs: a site that can record, figures, and a var/ of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from .figures import Figures
from .site import Site, open_site


@pytest.fixture(autouse=True)
def own_var(settings: Settings, tmp_path: Path) -> Path:
    """Spilled answers of one test are nobody else's."""
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Collects what is counted, for the table that is printed at the end."""
    return Figures(node=request.node)


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    """A site without faults and without a quota in the way."""
    with open_site() as opened:
        yield opened
