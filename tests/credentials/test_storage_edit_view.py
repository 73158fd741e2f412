"""Changing a storage; its key has a page of its own."""

from typing import Any

import pytest

from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, Device, Project, Recording, StorageCredential, User
from tests.factories import signed_in
from tests.forms import errors_of, hostile_answers
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def url_of(storage: StorageCredential) -> str:
    return f"/credentials/storage/{storage.pk}/edit/"


def answers_of(storage: StorageCredential, **changed: Any) -> dict[str, Any]:
    return {
        "name": storage.name, "vendor": storage.vendor, "region": storage.region, "bucket": storage.bucket,
        "projects": [project.pk for project in storage.projects.all()],
    } | changed  # fmt: skip


def test_a_change_keeps_the_key(storage: StorageCredential, admin: User) -> None:
    key = storage.keys.get()
    assert signed_in(admin).post(url_of(storage), answers_of(storage, name="Renamed")).status_code == 303
    assert StorageCredential.objects.get().name == "Renamed"
    assert storage.keys.get() == key
    entry = AuditEntry.objects.get(action="storage.changed")
    assert (entry.before, entry.after) == ({"name": "Pit archive"}, {"name": "Renamed"})


def test_the_projects_that_may_use_it_are_in_the_trail(
    storage: StorageCredential, project: Project, foreign_project: Project, admin: User
) -> None:
    signed_in(admin).post(url_of(storage), answers_of(storage, projects=[foreign_project.pk]))
    assert list(storage.projects.all()) == [foreign_project]
    entry = AuditEntry.objects.get(action="storage.changed")
    assert entry.before == {"projects": [f"{project.name} ({project.project_id})"]}
    assert entry.after == {"projects": [f"{foreign_project.name} ({foreign_project.project_id})"]}


def test_a_key_that_is_posted_is_refused_not_ignored(storage: StorageCredential, admin: User) -> None:
    errors = errors_of(signed_in(admin), url_of(storage), answers_of(storage, access_key="another-access-key-0123"))
    assert errors == {"__all__": ["A key is replaced on a page of its own: use Replace key."]}
    assert storage.keys.count() == 1


@pytest.mark.parametrize(("field", "value"), [("vendor", 1), ("region", "ap-beijing"), ("bucket", "other-1304123456")])
def test_a_storage_that_may_hold_recordings_stays_the_same_bucket(
    field: str, value: Any, storage: StorageCredential, device: Device, operator: User, admin: User
) -> None:
    build_recording(actor=operator, request=start_request(device, storage)).save()
    errors = errors_of(signed_in(admin), url_of(storage), answers_of(storage, **{field: value}))
    assert list(errors) == [field]
    assert "Add a new storage instead" in errors[field][0]


def test_a_mistake_in_a_bucket_can_be_mended_while_every_start_was_refused(
    storage: StorageCredential, device: Device, operator: User, admin: User
) -> None:
    build_recording(actor=operator, request=start_request(device, storage)).save()
    Recording.objects.update(state=Recording.State.REFUSED)
    answers = answers_of(storage, bucket="other-1304123456")
    assert signed_in(admin).post(url_of(storage), answers).status_code == 303
    assert Recording.objects.get().bucket == storage.bucket


def test_saving_it_unchanged_writes_nothing(storage: StorageCredential, admin: User) -> None:
    assert signed_in(admin).post(url_of(storage), answers_of(storage)).status_code == 303
    assert not AuditEntry.objects.filter(target_type="StorageCredential").exists()


def test_nothing_that_is_posted_breaks_it(storage: StorageCredential, admin: User) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers_of(storage)):
        assert client.post(url_of(storage), posted).status_code in {303, 422}, what


def test_a_save_says_what_comes_next(storage: StorageCredential, admin: User) -> None:
    browser = signed_in(admin)
    renamed = browser.post(url_of(storage), answers_of(storage, name="<b>Renamed"), follow=True).content.decode()
    assert '<a href="/profiles/new/">Add a profile</a>' in renamed
    unchanged = browser.post(url_of(storage), answers_of(storage, name="<b>Renamed"), follow=True).content.decode()
    assert "Nothing to change." in unchanged
    assert "Add a profile</a>" not in unchanged
