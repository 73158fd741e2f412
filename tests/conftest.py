"""Fixtures of every test: one project that can record, one foreign to it, and a person for each role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.lifecycle.recording_folder import own_folder_of
from recordings.lifecycle.start import build_recording
from recordings.models import Device, Project, Recording, RecordingProfile, StorageCredential, User
from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.bucket_server import BucketServer, running_bucket_server
from recordings.sandbox.fleet import Fleet, SampleDevice, SampleProject
from recordings.sandbox.names import new_task_id

from .factories import (
    ACCOUNT_SECRET_KEY,
    STORAGE_ACCESS_KEY,
    STORAGE_SECRET_KEY,
    make_admin,
    make_auditor,
    make_device,
    make_operator,
    make_person,
    make_profile,
    make_project,
    make_storage,
)
from .lifecycle.start_requests import start_request
from .proofs.figures import print_figures


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The proofs' figures, here because under xdist only this file is known where the summary is written."""
    print_figures(terminalreporter)


@pytest.fixture(scope="session", autouse=True)
def cheap_flush() -> None:
    """Django would write 200 permissions and content types, which the project does not use, after each test that
    commits."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(autouse=True)
def own_anchors(settings: Settings, tmp_path: Path) -> None:
    """Each test has its own anchors of the trail."""
    settings.AUDIT_ANCHOR = tmp_path / "audit-anchors.jsonl"


@pytest.fixture
def project(db: None) -> Project:
    return make_project(name="Open pit")


@pytest.fixture
def device(project: Project) -> Device:
    return make_device(project, device_id="truck_07", name="Truck 7")


@pytest.fixture
def storage(project: Project) -> StorageCredential:
    return make_storage(project, name="Pit archive")


@pytest.fixture
def profile(storage: StorageCredential) -> RecordingProfile:
    return make_profile(storage, name="Shift")


@pytest.fixture
def foreign_project(db: None) -> Project:
    """A project of another account, in which `operator` and `limited_auditor` have no role."""
    return make_project(name="Harbour")


@pytest.fixture
def operator(project: Project) -> User:
    return make_operator(project, username="operator")


@pytest.fixture
def admin(db: None) -> User:
    return make_admin(username="admin")


@pytest.fixture
def auditor(db: None) -> User:
    """An auditor of all projects."""
    return make_auditor(username="auditor")


@pytest.fixture
def limited_auditor(project: Project) -> User:
    return make_auditor(project, username="limited_auditor")


@pytest.fixture
def no_role_user(db: None) -> User:
    """A user who can sign in and has no role."""
    return make_person(username="nobody")


@pytest.fixture
def bucket(settings: Settings, storage: StorageCredential) -> Iterator[BucketServer]:
    """The storage's bucket, empty; its key may do everything."""
    with running_bucket_server() as server:
        server.create(storage.bucket, region=storage.region)
        server.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY)
        settings.SANDBOX_STORAGE = server.url
        yield server


@pytest.fixture
def sandbox(project: Project) -> Iterator[Sandbox]:
    """A TRRO of our own on loopback; `project`'s account calls it, and its fleet is that of `project`."""
    fleet = Fleet(projects=(sample_project(project),), devices=tuple(sample_devices(project)))
    config = SandboxConfig(
        accounts={project.account.secret_id: ACCOUNT_SECRET_KEY},
        fleet=fleet,
        calls_per_second=0,
        live_limit=10_000,
        drip_pause=0.05,
    )
    with running_sandbox(config) as running:
        project.account.endpoint = running.url
        project.account.calls_per_second = 100_000
        project.account.save()
        yield running


def sample_project(project: Project) -> SampleProject:
    return SampleProject(project_id=project.project_id, name=project.name, description="")


def sample_devices(project: Project) -> Iterator[SampleDevice]:
    """The project's devices, and some that tests may add later."""
    later = [f"truck_{number:03}" for number in range(200)]
    for device_id in {*project.devices.values_list("device_id", flat=True), "truck_07", *later}:
        yield SampleDevice(
            project_id=project.project_id, device_id=device_id, name="", device_type="field", status="connected"
        )


@pytest.fixture
def ended(operator: User, device: Device, storage: StorageCredential, bucket: BucketServer) -> Recording:
    """A recording that has ended, with a file of each kind in its bucket, of ten bytes each."""
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state, recording.task_id = Recording.State.ENDED, new_task_id()
    recording.started_at = recording.ended_at = timezone.now()
    recording.save()
    for name in ("a_0.mp4", "a.aac", "a_audio_video.m3u8", "a.bin"):
        bucket.put(recording.bucket, own_folder_of(recording) + name, b"0123456789")
        recording.files.create(name=name, size=10, seen_in_bucket_at=timezone.now())
    return recording
