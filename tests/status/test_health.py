"""Health checks: any Host header is answered, other pages keep their check, and readiness says what is missing."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils.functional import empty
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
HOSTS = ["10.1.2.3", "10.1.2.3:8000", "[fd00::1]:8000", "pod-7.internal", "two hosts", ""]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_shown_for_any_host(client: Client, settings: Settings, path: str, host: str) -> None:
    settings.ALLOWED_HOSTS = ["trro.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize("path", ["/login/", "/healthz/", "/readyz/x", "/healthz/../login/"])
def test_no_other_page_is_opened_to_any_host(client: Client, settings: Settings, path: str) -> None:
    settings.ALLOWED_HOSTS = ["trro.example.com"]
    assert client.get(path, HTTP_HOST="10.1.2.3").status_code in {400, 404}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_a_database_that_lacks_a_migration_is_not_ready(client: Client) -> None:
    latest = MigrationRecorder(connection).migration_qs.filter(app="recordings").order_by("name").last()
    assert latest is not None
    latest.delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"migrations are pending\n")


def test_a_server_without_collected_static_files_is_not_ready(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    staticfiles_storage._wrapped = empty
    try:
        answer = client.get("/readyz")
    finally:
        staticfiles_storage._wrapped = empty
    assert (answer.status_code, answer.content) == (503, b"static files are not collected\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_length_of_an_answer_is_sent_so_that_its_connection_is_used_again(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["Content-Length"] == str(len(answer.content))
