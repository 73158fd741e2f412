"""Adding a storage with its key."""

from typing import Any

import pytest

from recordings import vault
from recordings.models import AuditEntry, Project, StorageCredential, User
from tests.factories import make_storage, signed_in
from tests.forms import FRAGMENT, errors_of, hostile_answers

pytestmark = pytest.mark.django_db
URL = "/credentials/storage/new/"
ACCESS, SECRET = "the-access-key-0123456789", "the-secret-key-0123456789"


@pytest.fixture
def answers(project: Project) -> dict[str, Any]:
    return {
        "name": "Archive", "vendor": "0", "region": "ap-guangzhou", "bucket": "recording-1304123456",
        "projects": [project.pk], "access_key": ACCESS, "secret_key": SECRET,
    }  # fmt: skip


def test_it_is_stored_with_a_sealed_key_and_its_page_follows(
    admin: User, project: Project, answers: dict[str, Any]
) -> None:
    response = signed_in(admin).post(URL, answers)
    storage = StorageCredential.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, storage.get_absolute_url())
    assert (storage.bucket, list(storage.projects.all())) == ("recording-1304123456", [project])
    key = storage.keys.get()
    assert (key.created_by, key.replaced_at) == (admin.username, None)
    assert vault.open_sealed(key, "access_key") == ACCESS
    assert vault.open_sealed(key, "secret_key") == SECRET


def test_the_trail_has_the_storage_and_that_it_got_a_key(
    admin: User, project: Project, answers: dict[str, Any]
) -> None:
    signed_in(admin).post(URL, answers)
    created = AuditEntry.objects.get(action="storage.created")
    assert created.after["projects"] == [f"{project.name} ({project.project_id})"]
    given = AuditEntry.objects.get(action="storage.key_added")
    assert (given.after["access_key"], given.after["secret_key"], given.target) == ("set", "set", "Archive")


def test_projects_of_the_same_name_are_distinguishable(admin: User, project: Project, foreign_project: Project) -> None:
    Project.objects.update(name="Pit")
    page = signed_in(admin).get(URL).content.decode()
    assert f"Pit ({project.project_id})" in page
    assert f"Pit ({foreign_project.project_id})" in page


def test_no_project_chosen_means_none_may_use_it(admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    assert b"Only selected projects can use this bucket." in client.get(URL).content
    del answers["projects"]
    client.post(URL, answers)
    assert not StorageCredential.objects.get().projects.exists()


@pytest.mark.parametrize(
    ("bucket", "vendor", "is_good"),
    [
        ("recording-1304123456", "0", True),
        ("recording", "0", False),
        ("recording-", "0", False),
        ("recording-12a4", "0", False),
        ("record.ing-1304123456", "0", False),
        ("-1304123456", "0", False),
        ("recording", "1", True),
        ("record.ing", "1", True),
        ("Recording-1304123456", "0", False),
        ("Recording", "1", False),
        ("ab", "1", False),
        ("a_b", "1", False),
    ],
)
def test_a_bucket_is_named_as_its_vendor_names_them(
    admin: User, answers: dict[str, Any], bucket: str, vendor: str, is_good: bool
) -> None:
    answers |= {"bucket": bucket, "vendor": vendor}
    if is_good:
        assert signed_in(admin).post(URL, answers).status_code == 303
    else:
        assert list(errors_of(signed_in(admin), URL, answers)) == ["bucket"]


def test_a_cos_bucket_without_appid_is_explained(admin: User, answers: dict[str, Any]) -> None:
    errors = errors_of(signed_in(admin), URL, answers | {"bucket": "recording"})
    assert "ends in - and the APPID" in errors["bucket"][0]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("access_key", "", "This field is required."),
        ("secret_key", "", "This field is required."),
        ("access_key", "has space in it", "without spaces"),
        ("secret_key", "x" * 200, "at most 128 characters"),
        ("region", "guangzhou", "such as ap-guangzhou"),
        ("region", "AP-GUANGZHOU", ""),
        ("vendor", "2", "Choose one of the two providers."),
        ("projects", ["0"], "not one of the available choices"),
        ("projects", ["x"], "not a valid value"),
        ("projects", [str(2**70)], ""),
        ("name", "a\x00", "Null characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: User, answers: dict[str, Any], field: str, value: Any, said: str
) -> None:
    errors = errors_of(signed_in(admin), URL, answers | {field: value})
    assert field in errors
    assert said in errors[field][0]


def test_a_name_that_is_taken_is_refused(admin: User, answers: dict[str, Any]) -> None:
    make_storage(name="Archive")
    assert errors_of(signed_in(admin), URL, answers) == {"name": ["Another storage has this name."]}


def test_after_an_error_only_the_keys_must_be_entered_again(
    admin: User, project: Project, answers: dict[str, Any]
) -> None:
    response = signed_in(admin).post(URL, answers | {"bucket": "x"}, headers=FRAGMENT)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Archive"' in page
    assert f'value="{project.pk}"' in page
    assert " checked" in page
    assert ACCESS not in page
    assert SECRET not in page
    assert "Enter the keys again" in page


def test_nothing_that_is_posted_breaks_it(admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers):
        assert client.post(URL, posted).status_code in {303, 422}, what
