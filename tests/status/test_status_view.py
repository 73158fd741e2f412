"""How the installation is: workers, queue, what waits, callbacks, keys. For every role, without secrets."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings import heartbeat, vault, wakeups
from recordings.exports.services import KEPT
from recordings.lifecycle.device_status import EVERY
from recordings.models import (
    ApiCall,
    CallbackKey,
    Device,
    Export,
    Heartbeat,
    Project,
    Recording,
    StorageCredential,
    User,
)
from recordings.worker.jobs import JOBS
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, make_operator, make_project, make_storage, signed_in
from tests.history.test_list_view import make_recording
from trroadmin.environment import new_key

pytestmark = pytest.mark.django_db
URL = "/status/"


def page(person: User) -> str:
    return signed_in(person).get(URL).content.decode()


def test_without_a_worker_it_raises_the_alarm(operator: User) -> None:
    assert "No worker running" in page(operator)


def test_a_worker_lives_as_long_as_it_beats_and_is_gone_when_it_leaves(operator: User) -> None:
    heartbeat.beat(timezone.now())
    assert "No worker running" not in page(operator)
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert "No heartbeat" in page(operator)
    assert "No worker running" in page(operator)
    heartbeat.leave()
    assert not Heartbeat.objects.exists()


def test_workers_that_died_long_ago_are_forgotten() -> None:
    long_ago = timezone.now() - timedelta(days=2)
    Heartbeat.objects.create(name="elsewhere:1", started_at=long_ago, seen_at=long_ago)
    heartbeat.beat(timezone.now())
    assert Heartbeat.objects.get().name == heartbeat.name_of_this_process()


def test_it_tells_what_waits_and_what_waits_too_long(operator: User, project: Project) -> None:
    old = timezone.now() - timedelta(minutes=5)
    ApiCall.objects.create(
        account=project.account, action="CreateCloudRecording", created_at=old, lease_until=old + timedelta(seconds=25)
    )
    response = signed_in(operator).get(URL)
    assert (response.context["open_calls"].count, response.context["open_calls"].is_late) == (1, True)
    assert "Overdue" in response.content.decode()


def test_a_queue_that_does_not_answer_is_said_and_breaks_nothing(
    operator: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QUEUE_URL = "redis://127.0.0.1:9/0"
    wakeups._opened.cache_clear()
    try:
        assert not wakeups.send("stop", 1)
        response = signed_in(operator).get(URL)
    finally:
        wakeups._opened.cache_clear()
    assert response.status_code == 200
    assert response.context["wake_ups"] is None
    assert "Not responding" in response.content.decode()


def test_keys_still_under_an_older_encryption_key_are_named(
    operator: User, storage: StorageCredential, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = f"newest:{new_key()},{settings.ENCRYPTION_KEYS}"
    text = page(operator)
    assert "newest" in text
    assert "rotate_keys" in text


def test_it_shows_no_secret_and_not_what_belongs_to_others(storage: StorageCredential, project: Project) -> None:
    other = make_project(name="Harbour")
    make_storage(other, name="Harbour archive")
    key = CallbackKey(project=project, created_by="somebody")
    vault.seal(key, "key", "canary-of-the-callback-0123456789")
    key.save(force_insert=True)
    text = page(make_operator(project))
    assert "Pit archive" in text
    for hidden in ("Harbour", STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "canary-of-the-callback-0123456789"):
        assert hidden not in text


def test_every_role_sees_it_and_as_a_fragment_it_is_only_its_inside(
    operator: User, admin: User, auditor: User, no_role_user: User
) -> None:
    for person in (operator, admin, auditor):
        assert signed_in(person).get(URL).status_code == 200
    assert signed_in(no_role_user).get(URL).status_code == 403
    assert Client().get(URL).status_code == 302
    fragment = signed_in(operator).get(URL, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="status"')


def test_every_job_has_a_label_and_no_raw_key_is_shown(operator: User) -> None:
    text = page(operator)
    for name, job in JOBS.items():
        assert str(job.label), name
        assert str(job.label) != name
        assert f"<dt>{job.label}</dt>" in text
    assert "old_export" not in text


def test_only_what_is_overdue_is_called_overdue(operator: User, project: Project, device: Device) -> None:
    now = timezone.now()
    export = Export.objects.create(
        requested_by=operator, subject=Export.Subject.HISTORY, format=Export.Format.CSV, language="en",
        state=Export.State.READY, finished_at=now - KEPT - timedelta(seconds=5),
    )  # fmt: skip
    storage = make_storage(project)
    make_recording(operator, device, storage, state=Recording.State.RECORDING)
    Project.objects.update(devices_refreshed_at=now - EVERY - timedelta(seconds=5))
    assert "Overdue" not in page(operator)
    Export.objects.filter(pk=export.pk).update(finished_at=now - KEPT - timedelta(minutes=1))
    assert page(operator).count("Overdue") == 1
    Project.objects.update(devices_refreshed_at=now - EVERY - timedelta(minutes=1))
    assert page(operator).count("Overdue") == 2
