"""Pages of an account and of a storage say when it was last used and by whom, to those who may change it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.lifecycle.start import build_recording
from recordings.models import Project, StorageCredential, User
from tests.factories import make_device, make_operator, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def record(project: Project, storage: StorageCredential, *, by: str, days_ago: int) -> None:
    recording = build_recording(
        actor=make_operator(project, username=by), request=start_request(make_device(project), storage)
    )
    recording.created_at = NOW - timedelta(days=days_ago)
    recording.state = "refused"
    recording.save(force_insert=True)


def pages(project: Project, storage: StorageCredential) -> tuple[str, str]:
    return project.account.get_absolute_url(), storage.get_absolute_url()


def test_the_newest_recording_says_when_and_by_whom(project: Project, storage: StorageCredential, admin: User) -> None:
    client = signed_in(admin)
    for url in pages(project, storage):
        assert "Never" in client.get(url).content.decode(), url
    record(project, storage, by="the_one_before", days_ago=9)
    record(project, storage, by="the_last_one", days_ago=3)
    record(project, storage, by="the_first_one", days_ago=30)
    for url in pages(project, storage):
        page = client.get(url).content.decode()
        assert "the_last_one" in page, url
        assert "the_one_before" not in page, url
        assert "the_first_one" not in page, url
        assert timezone.localtime(NOW - timedelta(days=3)).strftime("%Y-%m-%d %H:%M") in page, url


def test_who_may_not_change_it_does_not_see_it(
    project: Project, storage: StorageCredential, operator: User, auditor: User
) -> None:
    record(project, storage, by="the_last_one", days_ago=3)
    for person in (operator, auditor):
        for url in pages(project, storage):
            page = signed_in(person).get(url).content.decode()
            assert "Last used" not in page, url
            assert "the_last_one" not in page, url


def test_what_others_recorded_is_not_shown(
    project: Project, foreign_project: Project, storage: StorageCredential, admin: User
) -> None:
    elsewhere = StorageCredential.objects.create(name="Elsewhere", region="ap-guangzhou", bucket="elsewhere-1304000000")
    record(project, storage, by="the_last_one", days_ago=3)
    for url in (foreign_project.account.get_absolute_url(), elsewhere.get_absolute_url()):
        assert "the_last_one" not in signed_in(admin).get(url).content.decode(), url


def test_the_queries_do_not_grow_with_what_was_recorded(
    project: Project, storage: StorageCredential, admin: User
) -> None:
    client, counts = signed_in(admin), []
    for more in (1, 12):
        for number in range(more):
            record(project, storage, by=f"person_{more}_{number}", days_ago=number)
        with CaptureQueriesContext(connection) as queries:
            for url in pages(project, storage):
                client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
