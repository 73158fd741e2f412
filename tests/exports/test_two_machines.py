"""Exports on machines that share no folder: a miss changes nothing, and each machine removes its old files."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.exports.paths import file_of, manifest_of
from recordings.exports.services import KEPT, delete_file
from recordings.exports.sweep import sweep_files
from recordings.models import AuditEntry, Device, Export, StorageCredential, User
from tests.factories import signed_in

from .conftest import ask, make_recording

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=1)


@pytest.fixture
def export(operator: User, device: Device, storage: StorageCredential) -> Export:
    make_recording(operator, device, storage)
    return ask(operator)


def age(path: Path, by: timedelta) -> None:
    then = (timezone.now() - by).timestamp()
    os.utime(path, (then, then))


@pytest.mark.parametrize("name", ["export_file", "export_manifest"])
def test_a_download_from_the_wrong_machine_changes_nothing(
    export: Export, operator: User, settings: Settings, tmp_path: Path, name: str
) -> None:
    entries = AuditEntry.objects.count()
    right = settings.EXPORTS_DIR
    settings.EXPORTS_DIR = tmp_path / "another machine"
    address = f"{export.get_absolute_url()}{'file' if name == 'export_file' else 'manifest'}/"
    browser = signed_in(operator)
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "not on this server" in answer.content.decode()
    assert "not on this server" in browser.get(export.get_absolute_url()).content.decode()
    export.refresh_from_db()
    assert (export.state, export.error) == (Export.State.READY, "")
    assert AuditEntry.objects.count() == entries
    settings.EXPORTS_DIR = right
    assert browser.get(address).status_code == 200


def test_a_file_that_cannot_be_read_is_no_error_of_the_server(export: Export, operator: User) -> None:
    file_of(export).unlink()
    file_of(export).mkdir()
    assert signed_in(operator).get(f"{export.get_absolute_url()}file/").status_code == 404


def test_the_files_of_an_export_that_another_machine_deleted_are_removed(export: Export, settings: Settings) -> None:
    later = timezone.now() + KEPT
    paths = [file_of(export), manifest_of(export)]
    assert sweep_files(later - DAYS) == 0
    here, settings.EXPORTS_DIR = settings.EXPORTS_DIR, settings.EXPORTS_DIR / "another"
    delete_file(export.pk, later)
    settings.EXPORTS_DIR = here
    assert Export.objects.get().state == Export.State.DELETED
    assert all(path.exists() for path in paths)
    assert sweep_files(later) == 2
    assert not any(path.exists() for path in paths)


def test_what_is_being_made_and_what_is_not_ours_stays(export: Export) -> None:
    Export.objects.update(state=Export.State.MAKING)
    stranger = file_of(export).with_name("keep.csv")
    stranger.write_text("not ours")
    for path in (file_of(export), stranger):
        age(path, 30 * DAYS)
    assert sweep_files(timezone.now()) == 0


def test_stray_files_are_deleted_after_a_week_and_abandoned_attempts_after_a_day(export: Export) -> None:
    Export.objects.all().delete()
    assert sweep_files(timezone.now()) == 0
    age(file_of(export), 8 * DAYS)
    left = file_of(export).with_name(f"unfinished-{export.pk}-x")
    left.mkdir()
    age(left, 2 * DAYS)
    assert sweep_files(timezone.now()) == 2
    assert manifest_of(export).exists()
