"""Secrets that are posted are in nothing that comes out: pages, redirects, logs, the trail, the database's rows."""

import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from recordings.models import AuditEntry, CloudAccount, Project, StorageCredential, User
from tests.factories import NOWHERE, signed_in

pytestmark = pytest.mark.django_db

PAIR = ("canary-1-of-account-abcdefgh", "canary-2-of-account-abcdefgh")
KEYS = ("canary-3-of-access-abcdefgh", "canary-4-of-secret-abcdefgh", "canary-5-of-access-abcdefgh")
ACCOUNT = {
    "name": "Mining", "secret_id": "AKIDmining", "secret_key": PAIR[0], "endpoint": "trro.tencentcloudapi.com",
    "language": "en-US", "calls_per_second": "20", "live_limit": "100",
}  # fmt: skip
STORAGE = {
    "name": "Archive", "vendor": "0", "region": "ap-guangzhou", "bucket": "recording-1304123456",
    "access_key": KEYS[0], "secret_key": KEYS[1],
}  # fmt: skip


FORCED = {"without_test": "on", "reason": "The old key leaked"}


def everything_an_admin_posts(client: Client, project: Project) -> Iterator[bytes]:
    """Good and bad forms with secrets in them; gives each answer's headers and body."""
    yield whole(client.post("/credentials/accounts/new/", ACCOUNT | {"endpoint": "evil.example"}))
    yield whole(client.post("/credentials/accounts/new/", ACCOUNT))
    account = CloudAccount.objects.get(name="Mining")
    CloudAccount.objects.filter(pk=account.pk).update(endpoint=NOWHERE)
    yield whole(client.post(f"/credentials/accounts/{account.pk}/edit/", ACCOUNT | {"secret_key": PAIR[1]}))
    replace, key = f"/credentials/accounts/{account.pk}/key/", {"secret_id": "AKIDmining", "secret_key": PAIR[1]}
    yield whole(client.post(replace, key | {"secret_id": ""}))
    yield whole(client.post(replace, key))
    yield whole(client.post(replace, key | FORCED))
    yield whole(client.post("/credentials/storage/new/", STORAGE | {"bucket": "?"}))
    yield whole(client.post("/credentials/storage/new/", STORAGE | {"projects": [project.pk]}))
    storage = StorageCredential.objects.get(name="Archive")
    yield whole(client.post(f"/credentials/storage/{storage.pk}/edit/", STORAGE | {"access_key": KEYS[2]}))
    replace, pair = f"/credentials/storage/{storage.pk}/key/", {"access_key": KEYS[2], "secret_key": KEYS[1]}
    yield whole(client.post(replace, pair | {"secret_key": ""}))
    yield whole(client.post(replace, pair))
    yield whole(client.post(replace, pair | FORCED))
    Project.objects.filter(pk=project.pk).update(account=account)


def everything_there_is_to_see(client: Client, project: Project) -> Iterator[bytes]:
    account, storage = CloudAccount.objects.get(name="Mining"), StorageCredential.objects.get(name="Archive")
    for url in (
        "/fleet/projects/", project.get_absolute_url(), f"{project.get_absolute_url()}edit/", "/fleet/devices/",
        "/fleet/devices/new/", "/profiles/", "/profiles/new/", "/credentials/accounts/", "/credentials/accounts/new/",
        account.get_absolute_url(), f"{account.get_absolute_url()}edit/",
        f"{account.get_absolute_url()}key/", f"{storage.get_absolute_url()}key/", "/credentials/storage/",
        "/credentials/storage/new/", storage.get_absolute_url(), f"{storage.get_absolute_url()}edit/", "/recordings/",
    ):  # fmt: skip
        yield whole(client.get(url))
        yield whole(client.get(url, headers={"HX-Request": "true"}))


def whole(response: object) -> bytes:
    assert hasattr(response, "serialize")
    text: bytes = response.serialize()
    return text


def every_stored_value() -> Iterator[bytes]:
    """Each value of each row of each table, as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    yield bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_no_secret_comes_out_anywhere(
    project: Project, operator: User, admin: User, auditor: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canaries = [secret.encode() for secret in (*PAIR, *KEYS)]

    seen = list(everything_an_admin_posts(signed_in(admin), project))
    for person in (admin, operator, auditor):
        seen += everything_there_is_to_see(signed_in(person), project)

    actions = {"account.created", "account.key_rejected", "account.key_replaced"}
    actions |= {"storage.created", "storage.key_added", "storage.key_rejected", "storage.key_replaced"}
    assert actions <= set(AuditEntry.objects.values_list("action", flat=True))
    assert caplog.records
    sinks = {
        "a page": seen,
        "the log": [caplog.text.encode(), *(repr(vars(record)).encode() for record in caplog.records)],
        "the database": list(every_stored_value()),
    }
    found = [(where, canary) for where, sink in sinks.items() for text in sink for canary in canaries if canary in text]
    assert found == []


def test_an_error_report_holds_no_secret(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Django would mail or show of a failure: posted fields and local variables are covered."""
    from django.views.debug import ExceptionReporter

    from recordings import changes

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is gone")

    reports = []
    monkeypatch.setattr(changes, "insert", fail)
    client = signed_in(admin)
    client.raise_request_exception = False
    for url, answers in (("/credentials/accounts/new/", ACCOUNT), ("/credentials/storage/new/", STORAGE)):
        response = client.post(url, answers)
        assert response.status_code == 500
        exception_type, value, traceback = response.exc_info
        reporter = ExceptionReporter(response.wsgi_request, exception_type, value, traceback)
        reports += [reporter.get_traceback_text(), reporter.get_traceback_html(), response.content.decode()]
    assert not [secret for secret in (*PAIR, *KEYS) for report in reports if secret in report]
