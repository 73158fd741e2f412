"""The services of credentials check the permission themselves, for every caller."""

import pytest
from django.core.exceptions import PermissionDenied

from recordings.credentials.keys import NewAccountKey, NewKey
from recordings.credentials.replace_key import replace_account_key, replace_storage_key
from recordings.credentials.services import change_account, change_storage, create_account, create_storage
from recordings.models import AuditEntry, CloudAccount, Project, StorageCredential, StorageKey, User
from tests.factories import make_account, make_limited_admin

pytestmark = pytest.mark.django_db
KEY = NewKey(access_key="the-access-key-0123", secret_key="the-secret-key-0123")
ACCOUNT_KEY = NewAccountKey(secret_id="AKIDother", secret_key="the-secret-key-0123")


def test_without_the_permission_nothing_is_stored(storage: StorageCredential, operator: User, auditor: User) -> None:
    account = make_account()
    for person in (operator, auditor):
        with pytest.raises(PermissionDenied):
            create_account(actor=person, account=CloudAccount(name="New"), secret_key="the-secret-key-0123")
        with pytest.raises(PermissionDenied):
            change_account(actor=person, account=account)
        with pytest.raises(PermissionDenied):
            replace_account_key(actor=person, account=account, new=ACCOUNT_KEY, reason="Leak")
        with pytest.raises(PermissionDenied):
            create_storage(actor=person, storage=StorageCredential(name="New"), projects=[], key=KEY)
        with pytest.raises(PermissionDenied):
            change_storage(actor=person, storage=storage, projects=[])
        with pytest.raises(PermissionDenied):
            replace_storage_key(actor=person, storage=storage, new=KEY, reason="Leak")
    assert not CloudAccount.objects.filter(name="New").exists()
    assert (StorageCredential.objects.count(), StorageKey.objects.count(), AuditEntry.objects.count()) == (1, 1, 0)


def test_a_key_that_is_printed_shows_nothing() -> None:
    assert "0123" not in repr(KEY) + repr(ACCOUNT_KEY)


def test_projects_out_of_reach_of_the_actor_stay_in_a_changed_storage(
    storage: StorageCredential, project: Project, foreign_project: Project
) -> None:
    storage.projects.add(foreign_project)
    change_storage(actor=make_limited_admin(project), storage=storage, projects=[])
    assert list(storage.projects.all()) == [foreign_project]
