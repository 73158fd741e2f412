"""The lists of cloud accounts and of storages."""

import pytest
from pytest_django import DjangoAssertNumQueries

from recordings.models import Project, StorageCredential, User
from tests.factories import make_account, make_storage, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db
ACCOUNTS, STORAGES = "/credentials/accounts/", "/credentials/storage/"


def test_a_person_limited_to_projects_sees_what_belongs_to_these(
    project: Project, foreign_project: Project, operator: User, limited_auditor: User, admin: User
) -> None:
    storage, foreign = make_storage(project, name="A"), make_storage(foreign_project, name="B")
    for person in (operator, limited_auditor):
        client = signed_in(person)
        assert client.get(ACCOUNTS).context["page"].rows == [project.account]
        assert client.get(STORAGES).context["page"].rows == [storage]
    client = signed_in(admin)
    assert set(client.get(ACCOUNTS).context["page"].rows) == {project.account, foreign_project.account}
    assert client.get(STORAGES).context["page"].rows == [storage, foreign]


def test_htmx_gets_the_list_and_everybody_else_the_page(storage: StorageCredential, operator: User) -> None:
    client = signed_in(operator)
    assert client.get(ACCOUNTS, headers=FRAGMENT).content.strip().startswith(b'<div id="accounts">')
    assert client.get(STORAGES, headers=FRAGMENT).content.strip().startswith(b'<div id="storages">')
    for url in (ACCOUNTS, STORAGES):
        assert b"<!doctype html>" in client.get(url).content


def test_an_empty_list_says_what_to_do(auditor: User, admin: User) -> None:
    assert b"Start here" in signed_in(admin).get(ACCOUNTS).content
    assert b"A credential admin adds the accounts" in signed_in(auditor).get(ACCOUNTS).content
    assert b"Add it with its key" in signed_in(admin).get(STORAGES).content
    assert b"A credential admin adds buckets" in signed_in(auditor).get(STORAGES).content


@pytest.mark.parametrize("url", [ACCOUNTS, STORAGES])
def test_their_queries_do_not_grow_and_every_row_is_on_one_page(
    url: str, admin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(60):
        make_account()
        make_storage()
    client = signed_in(admin)
    with django_assert_max_num_queries(5):
        first = client.get(url).context["page"]
    second = client.get(url, {"after": first.next_cursor}).context["page"]
    assert (len({row.pk for row in (*first.rows, *second.rows)}), second.next_cursor) == (60, "")
    assert sorted(row.name for row in first.rows) == [row.name for row in first.rows]
