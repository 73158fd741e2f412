"""Who may open the pages of cloud accounts and storages, and that names are all that most people see."""

import pytest
from django.test import Client

from recordings.models import CloudAccount, Project, StorageCredential, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods, assert_missing
from tests.factories import make_account, make_project, make_storage, signed_in

pytestmark = pytest.mark.django_db

SEEN = (
    "/credentials/accounts/", "/credentials/accounts/{account}/", "/credentials/storage/",
    "/credentials/storage/{storage}/",
)  # fmt: skip
CHANGED = (
    "/credentials/accounts/new/", "/credentials/accounts/{account}/edit/", "/credentials/storage/new/",
    "/credentials/storage/{storage}/edit/", "/credentials/accounts/{account}/key/",
    "/credentials/storage/{storage}/key/",
)  # fmt: skip


def address(url: str, storage: StorageCredential) -> str:
    return url.format(account=storage.projects.get().account_id, storage=storage.pk)


@pytest.mark.parametrize("url", [*SEEN, *CHANGED])
def test_the_signed_out_are_asked_to_sign_in(url: str, storage: StorageCredential) -> None:
    assert_asks_to_sign_in(address(url, storage))


def test_a_secret_that_is_posted_after_the_session_ended_goes_into_no_address(client: Client) -> None:
    response = client.post("/credentials/accounts/new/", {"name": "x", "secret_key": "canary-0123456789"})
    assert "canary" not in response.headers["Location"]


@pytest.mark.parametrize("url", [*SEEN, *CHANGED])
def test_without_a_role_nothing_opens(url: str, storage: StorageCredential, no_role_user: User) -> None:
    assert_forbidden(address(url, storage), no_role_user, takes_posts=url in CHANGED)


@pytest.mark.parametrize("url", SEEN)
def test_every_role_sees(url: str, storage: StorageCredential, operator: User, admin: User, auditor: User) -> None:
    for person in (operator, admin, auditor):
        assert signed_in(person).get(address(url, storage)).status_code == 200


@pytest.mark.parametrize("url", CHANGED)
def test_only_a_credential_admin_changes(
    url: str, storage: StorageCredential, operator: User, admin: User, auditor: User
) -> None:
    assert_forbidden(address(url, storage), operator, auditor)
    assert signed_in(admin).get(address(url, storage)).status_code == 200


@pytest.mark.parametrize("url", [SEEN[1], SEEN[3]])
def test_what_belongs_to_other_projects_only_is_not_there(
    url: str, foreign_project: Project, operator: User, limited_auditor: User, auditor: User
) -> None:
    foreign = address(url, make_storage(foreign_project))
    assert_missing(foreign, operator, limited_auditor)
    assert signed_in(auditor).get(foreign).status_code == 200


def test_what_belongs_to_no_project_is_there_for_those_of_all_projects(
    operator: User, limited_auditor: User, auditor: User, admin: User
) -> None:
    for unused in (make_storage(), make_account()):
        assert_missing(unused.get_absolute_url(), operator, limited_auditor)
        for person in (auditor, admin):
            assert signed_in(person).get(unused.get_absolute_url()).status_code == 200


def test_projects_of_others_are_not_named_on_what_is_shared(
    project: Project, foreign_project: Project, operator: User, limited_auditor: User, admin: User
) -> None:
    storage = make_storage(project, foreign_project)
    Project.objects.filter(pk=foreign_project.pk).update(account=project.account)
    for thing in (storage, project.account):
        for person in (operator, limited_auditor):
            page = signed_in(person).get(thing.get_absolute_url()).content.decode()
            assert project.name in page
            assert foreign_project.name not in page
        assert foreign_project.name in signed_in(admin).get(thing.get_absolute_url()).content.decode()


def test_operators_and_auditors_see_names_only_of_an_account(
    project: Project, operator: User, auditor: User, admin: User
) -> None:
    account = CloudAccount.objects.get(pk=project.account_id)
    CloudAccount.objects.update(secret_key_hint="hnt7", region="ap-somewhere")
    private = [account.endpoint, account.secret_id, "hnt7", "ap-somewhere"]
    for url in ("/credentials/accounts/", account.get_absolute_url()):
        for person in (operator, auditor):
            page = signed_in(person).get(url).content.decode()
            assert account.name in page
            assert not [text for text in private if text in page]
    page = signed_in(admin).get(account.get_absolute_url()).content.decode()
    assert [text for text in private if text not in page] == []


def test_operators_and_auditors_see_the_bucket_of_a_storage_but_nothing_of_its_keys(
    storage: StorageCredential, operator: User, auditor: User, admin: User
) -> None:
    storage.keys.update(access_key_hint="hnt7", secret_key_hint="hnt8", created_by="somebody special")
    for url in ("/credentials/storage/", storage.get_absolute_url()):
        for person in (operator, auditor):
            page = signed_in(person).get(url).content.decode()
            assert storage.bucket in page
            assert not [text for text in ("hnt7", "hnt8", "somebody special", "AccessKey") if text in page]
    page = signed_in(admin).get(storage.get_absolute_url()).content.decode()
    assert [text for text in ("hnt7", "hnt8", "somebody special") if text not in page] == []


@pytest.mark.parametrize("key", ["1", "x", "00000000-0000-4000-8000-000000000000", "0" * 5000])
def test_accounts_that_do_not_exist_are_not_found(key: str, admin: User) -> None:
    assert_missing(f"/credentials/accounts/{key}/", admin)
    assert_missing(f"/credentials/accounts/{key}/edit/", admin)


@pytest.mark.parametrize("key", ["0", "9" * 30, "-1", "x", "00000000-0000-4000-8000-000000000000"])
def test_storages_that_do_not_exist_are_not_found(key: str, admin: User) -> None:
    make_project()
    assert_missing(f"/credentials/storage/{key}/", admin)
    assert_missing(f"/credentials/storage/{key}/edit/", admin)


def test_no_page_takes_another_method(storage: StorageCredential, admin: User) -> None:
    for url in SEEN:
        assert_methods(address(url, storage), admin)
    for url in CHANGED:
        assert_methods(address(url, storage), admin, "post")
