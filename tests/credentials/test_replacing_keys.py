"""Two people who replace one storage's key at the same moment leave one current key, in either order."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from recordings.audit_log.verify import verify
from recordings.credentials.keys import NewKey
from recordings.credentials.replace_key import Replaced, replace_storage_key
from recordings.models import AuditEntry, StorageCredential, User
from tests.factories import make_admin, make_storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return [make_admin() for _ in range(6)]


@pytest.mark.django_db(transaction=True)
def test_there_is_always_one_current_key(people: list[User]) -> None:
    storage = make_storage()

    def replace(person: User) -> None:
        key = NewKey(access_key=f"access-of-{person.username}", secret_key=f"secret-of-{person.username}")
        try:
            mine = StorageCredential.objects.get(pk=storage.pk)
            while not isinstance(replace_storage_key(actor=person, storage=mine, new=key, reason="Leak"), Replaced):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(replace, people))
    assert storage.keys.count() == 1 + len(people)
    assert storage.keys.filter(replaced_at=None).count() == 1
    assert AuditEntry.objects.filter(action="storage.key_replaced").count() == len(people)
    assert verify().finding is None
