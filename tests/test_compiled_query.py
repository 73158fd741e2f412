"""Queries that are compiled once: each run gives what the queryset with its values gives."""

import pytest
from django.db import connection
from django.db.models import Exists
from django.test.utils import CaptureQueriesContext

from recordings.compiled_query import CompiledQuery, parameter
from recordings.models import Device, StorageKey
from tests.factories import make_device, make_project, make_storage


def by_name(project: object, device_id: object) -> object:
    others = Device.objects.filter(project=project).exclude(device_id=device_id)
    return Device.objects.filter(project=project, device_id=device_id).annotate(has_others=Exists(others))


@pytest.mark.django_db
def test_every_run_gives_the_row_of_its_own_values() -> None:
    alone, first, second = make_device(make_project()), *(make_device(make_project()) for _ in range(2))
    make_device(second.project)
    query = CompiledQuery(lambda: by_name(parameter("project"), parameter("device_id")))
    for device, has_others in ((alone, False), (first, False), (second, True), (alone, False)):
        found = query.first(project=device.project_id, device_id=device.device_id)
        assert (found, found.name, bool(found.has_others)) == (device, device.name, has_others)
    assert query.first(project=alone.project_id, device_id=second.device_id) is None


@pytest.mark.django_db
def test_uuids_and_sealed_columns_come_as_the_model_has_them() -> None:
    key = make_storage(make_project()).keys.get()
    found = CompiledQuery(lambda: StorageKey.objects.filter(storage=parameter("storage"))).first(storage=key.storage_id)
    assert (found.storage_id, bytes(found.access_key_sealed)) == (key.storage_id, bytes(key.access_key_sealed))


@pytest.mark.django_db
def test_a_value_is_never_part_of_the_statement() -> None:
    device = make_device(make_project())
    query = CompiledQuery(lambda: by_name(parameter("project"), parameter("device_id")))
    with CaptureQueriesContext(connection) as statements:
        assert query.first(project=device.project_id, device_id="' OR 1=1 --") is None
    assert len(statements) == 1
