"""Fixtures of the proofs: a database that other processes see too, a site that can record, figures, an own var/."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from .figures import Figures
from .site import Site, open_site


@pytest.fixture(autouse=True)
def own_var(settings: Settings, tmp_path: Path) -> Path:
    """Each test has its own spill file. And no call passes its deadline because a machine is busy."""
    settings.VAR_DIR = tmp_path
    settings.CALL_DEADLINE = 20.0
    return tmp_path


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Collects what is counted, for the table that is printed at the end."""
    return Figures(node=request.node)


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What `django_db` means in this folder: the test database, everything committed, emptied afterwards.

    In place of pytest-django's own: that one truncates, which on PostgreSQL takes a second for each test.
    """
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            connections.close_all()
            _empty()


@pytest.fixture
def site(_django_db_helper: None) -> Iterator[Site]:
    """A site without faults and without a quota in the way."""
    with open_site() as opened:
        yield opened


def _empty() -> None:
    """Constraints are checked at the end of the transaction, so the order of the tables is all the same."""
    kept = {"contenttypes", "auth"}
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in kept
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
