"""What is live or runs on is found by small indexes on SQLite, with and without statistics of a long history."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from recordings.lifecycle.device_status import projects_to_refresh
from recordings.lifecycle.queries import running_parts, visible_recordings
from recordings.lifecycle.unclaimed_rows import unclaimed_in
from recordings.models import Project, Recording, User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "connection.vendor != 'sqlite'", reason="PostgreSQL plans by its statistics, and has none of an empty table"
    ),
]
LIVE = {"recording_by_state", "recording_live_newest", "recording_live_by_device", "one_live_recording_a_stream"}
BUSY = {
    "recordings_recording": {
        "recording_newest": "1000000 1 1",
        "recording_by_project": "1000000 500000 1 1",
        "recordings_recording_project_id_19ceb7f4": "1000000 500000",
        "recording_by_device": "1000000 25000 1 1",
        "recordings_recording_device_id_1824b955": "1000000 25000",
        "recording_by_state": "1000000 170000 1 1",
        "recording_live_by_device": "1000000 25000 10000",
        "recording_live_newest": "24 1 1",
        "one_live_recording_a_stream": "24 1 1",
        "recording_attention": "76 38 1",
        "recording_by_attention": "76 76 10",
    },
    "recordings_apicall": {"recordings_apicall_recording_id_e343a1c5": "1000000 1"},
}
"""Statistics as SQLite's ANALYZE makes them of a million recordings, by table and index."""


@pytest.fixture(params=["without statistics", "with statistics"], autouse=True)
def statistics(request: pytest.FixtureRequest) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1")
        if request.param == "with statistics":
            rows = [(table, *row) for table, indexes in BUSY.items() for row in indexes.items()]
            cursor.executemany("INSERT INTO sqlite_stat1 VALUES (%s, %s, %s)", rows)
        cursor.execute("ANALYZE sqlite_schema")  # read them
        yield
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.execute("ANALYZE sqlite_schema")


def used_by(rows: QuerySet[Recording]) -> set[str]:
    """The indexes of recordings by which a query reads them; the table's name when it reads it as a whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name = %s", [Recording._meta.db_table])
        names = {name for (name,) in cursor.fetchall()}
    steps = [step.split() for step in rows.explain().splitlines()]
    words = [step[step.index("INDEX") + 1 :][:1] if "INDEX" in step else step[1:2] for step in steps]
    return {word for found in words for word in found if word in names}


def test_live_recordings_are_listed_by_a_small_index(auditor: User) -> None:
    assert used_by(visible_recordings(auditor).filter(Recording.IS_LIVE)[:51]) <= LIVE


@pytest.mark.parametrize("devices", [[], [1, 2, 3]])
def test_what_runs_or_runs_on_is_read_by_small_indexes(devices: list[int]) -> None:
    recordings = Recording.objects.filter(device__in=devices) if devices else Recording.objects.all()
    live, marked, works_on = (used_by(part.order_by()) for part in running_parts(recordings))
    assert live <= LIVE
    assert marked == {"recording_by_attention"}
    assert works_on <= {"recording_runs_on", "recording_runs_on_by_device"}


def test_projects_with_live_recordings_are_found_by_a_small_index() -> None:
    assert used_by(projects_to_refresh(timezone.now())) <= LIVE


def test_starts_that_are_out_are_found_by_a_small_index() -> None:
    plan = unclaimed_in(Project.objects.all()).explain()
    assert "api_call_open" in plan
    assert "recording_by_project" not in plan
