"""Fixtures of every test: one project that can record, one foreign to it, and a person for each role."""

import pytest

from recordings.models import Device, Project, RecordingProfile, StorageCredential, User

from .factories import (
    make_admin,
    make_auditor,
    make_device,
    make_operator,
    make_person,
    make_profile,
    make_project,
    make_storage,
)


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
def nobody(db: None) -> User:
    """Somebody who can sign in and has no role."""
    return make_person(username="nobody")
