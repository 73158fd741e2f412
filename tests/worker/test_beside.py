"""A machine with a web server and no worker: what was spilled there is taken in while the server goes on."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings import spill
from recordings.calls import LEASE_SLACK
from recordings.models import ApiCall, Project
from recordings.trro.outcome import Accepted
from recordings.worker.spills import restore_spills
from tests.proofs.servers import environment, web_server
from tests.proofs.waits import until

pytestmark = pytest.mark.django_db(transaction=True)


def open_call(project: Project) -> ApiCall:
    now = timezone.now()
    return ApiCall.objects.create(
        account=project.account, action="DescribeDeviceList", created_at=now, lease_until=now + 10 * LEASE_SLACK
    )


def spill_answer(row: ApiCall) -> None:
    outcome = Accepted(request_id="r-1", task_id="-task", response={})
    spill.keep(call_id=row.pk, opened_at=row.created_at, outcome=outcome)


def test_web_processes_take_in_a_spilled_answer_without_a_restart_or_a_worker(
    project: Project, settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    row = open_call(project)
    with web_server(var_dir=tmp_path, environ=environment(tmp_path), workers=3):
        spill_answer(row)
        until(lambda: ApiCall.objects.get().outcome == ApiCall.Outcome.ACCEPTED, what="the spilled answer in its row")
        until(lambda: not spill.has_any(), what="an empty spill file")
    assert ApiCall.objects.count() == 1


def test_who_finds_another_at_it_leaves_it_alone(project: Project, settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    spill.prepare()
    spill_answer(open_call(project))
    with spill.alone() as is_alone:
        assert is_alone
        assert restore_spills() == 0
    assert restore_spills() == 1
    assert spill.path().stat().st_mode & 0o077 == 0
