"""The gates before production: each thing that cannot work is named, with what to set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.checks import CheckMessage, run_checks
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from recordings.addresses import ProxyMiddleware
from recordings.identity.factors import public_origin
from trroadmin.environment import host_header

from .deployment import PRODUCTION, ROOT


def found(message_id: str, *, databases: bool = False) -> list[CheckMessage]:
    messages = run_checks(databases=["default"] if databases else None, include_deployment_checks=True)
    return [message for message in messages if message.id == f"trroadmin.{message_id}"]


def manage(*arguments: str, folder: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py` under production settings with a VAR_DIR of its own, started with the usual umask."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("TRROADMIN_", "DJANGO_"))}
    environ = others | PRODUCTION | {"TRROADMIN_VAR_DIR": str(folder / "var")}
    environ |= {f"TRROADMIN_{name}": value for name, value in changes.items()}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
        umask=0o022,
    )  # fmt: skip


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.DEVELOPMENT = False
    return settings


@pytest.mark.parametrize("key", ["short", "a" * 60])
def test_a_secret_key_that_can_be_guessed_is_an_error(production: Settings, key: str) -> None:
    production.SECRET_KEY = key
    (error,) = found("E010")
    assert error.is_serious()
    assert key not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "http://trro.example.com",
        "https://trro.example.com/path",
        "trro.example.com",
        "https://",
        "https://user:word@trro.example.com",
        "https://trro.example.com#x",
    ],
)
def test_a_public_url_that_browsers_cannot_use_is_an_error(production: Settings, url: str) -> None:
    production.PUBLIC_URL = url
    assert found("E011")


@pytest.mark.parametrize("allowed", [["https://trro.example.com"], ["other.example.com"]])
def test_a_list_of_hosts_without_the_public_one_is_an_error(production: Settings, allowed: list[str]) -> None:
    production.PUBLIC_URL, production.ALLOWED_HOSTS = "https://trro.example.com", allowed
    (error,) = found("E020")
    assert "trro.example.com" in error.msg
    production.ALLOWED_HOSTS = [".example.com"]
    assert not found("E020")


def test_an_ipv6_address_as_public_url_is_allowed_and_is_the_origin_in_brackets(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://[2001:db8::7]:8443"
    settings.ALLOWED_HOSTS = [host_header(settings.PUBLIC_URL)]
    assert not found("E020")
    assert public_origin() == "https://[2001:db8::7]:8443"
    response = Client().get("/accounts/nowhere/", headers={"host": "[2001:db8::7]:8443"})
    assert response.status_code != 400


def test_folders_that_cannot_be_written_are_named(settings: Settings, tmp_path: Path) -> None:
    assert not found("E021")
    (tmp_path / "file").touch()
    settings.EXPORTS_DIR = tmp_path / "file" / "exports"
    settings.AUDIT_ANCHOR = tmp_path / "file" / "anchors.jsonl"
    assert found("E021")
    assert found("W013")


@pytest.mark.django_db
def test_a_redis_that_does_not_respond_is_an_error(tmp_path: Path) -> None:
    redis = "redis://127.0.0.1:9/0"
    ended = manage("check", "--deploy", "--database", "default", folder=tmp_path, CACHE_URL=redis, QUEUE_URL=redis)
    assert ended.returncode == 1
    assert "E022" in ended.stderr
    assert "E023" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_host_name_among_the_proxies_is_an_error(production: Settings) -> None:
    production.TRUSTED_PROXIES = ["10.0.0.1", "proxy.example.com"]
    (error,) = found("E012")
    assert "proxy.example.com" in error.msg


def test_production_without_a_proxy_is_a_warning_unless_it_says_so(production: Settings) -> None:
    production.TRUSTED_PROXIES = []
    assert found("W010")
    production.TRUSTED_PROXIES = ["none"]
    assert not found("W010")


@pytest.mark.django_db
def test_a_proxy_that_was_ignored_is_named_by_the_check(settings: Settings) -> None:
    cache.clear()
    assert not found("W011", databases=True)

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    ProxyMiddleware(answer)(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1"))
    (warning,) = found("W011", databases=True)
    assert "127.0.0.1" in str(warning)
    cache.clear()


def test_a_var_dir_that_others_may_read_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    tmp_path.chmod(0o700)
    assert not found("W012")
    tmp_path.chmod(0o755)
    assert found("W012")


def test_static_files_that_were_not_collected_are_an_error(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    (error,) = found("E014")
    assert "collectstatic" in str(error)


@pytest.mark.django_db
def test_pending_migrations_are_an_error_that_names_them() -> None:
    assert not found("E016", databases=True)
    MigrationRecorder(connection).migration_qs.filter(app="sessions").delete()
    (error,) = found("E016", databases=True)
    assert "sessions.0001_initial" in error.msg


@pytest.mark.django_db
def test_a_cache_without_its_table_is_an_error(settings: Settings) -> None:
    backend = settings.CACHES["default"]["BACKEND"]
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "no_such_table"}}
    if "db" in backend.lower() or "database" in backend.lower():
        assert found("E017", databases=True)


def test_a_database_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    url = "postgres://nobody@127.0.0.1:9/nothing"
    ended = manage("check", "--deploy", "--database", "default", folder=tmp_path, DATABASE_URL=url)
    assert ended.returncode == 1
    assert "E015" in ended.stderr
    assert "DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_URL", "amqp://10.0.0.1"),
        ("QUEUE_URL", "redis://10.0.0.1:99999"),
        ("CACHE_URL", "redis://["),
        ("DATABASE_URL", "postgres://10.0.0.1"),
        ("HTTP_PROXY", "proxy.example.com:3128"),
        ("CACHE_URL", "memcache://10.0.0.1"),
        ("DATABASE_URL", "mysql://10.0.0.1/x"),
        ("DATABASE_URL", "/var/lib/x.sqlite3"),
        ("CALL_DEADLINE", "soon"),
        ("KEY_AGE_WARNING", "never"),
        ("TIME_ZONE", "Mars/Phobos"),
        ("LOG_LEVEL", "loud"),
        ("DATABASE_POOLING", "sometimes"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_without_a_traceback(tmp_path: Path, name: str, value: str) -> None:
    ended = manage("check", folder=tmp_path, **{name: value})
    assert ended.returncode != 0
    assert f"TRROADMIN_{name} must" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["PUBLIC_URL", "OIDC_ISSUER", "HTTP_PROXY"])
@pytest.mark.parametrize("value", ["https://[", "https://trro.example.com:99999", "https://trro.example.com:port"])
def test_an_address_that_cannot_be_read_is_named_without_a_traceback(tmp_path: Path, name: str, value: str) -> None:
    ended = manage("check", folder=tmp_path, **{name: value})
    assert ended.returncode != 0
    assert f"TRROADMIN_{name} is not a valid address" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("url", ["sqlite:////nonexistent/x.sqlite3", "postgres://nobody@127.0.0.1:9/nothing"])
@pytest.mark.parametrize("command", [["migrate"], ["check", "--database", "default"]])
def test_a_command_without_its_database_says_so_in_one_line(tmp_path: Path, url: str, command: list[str]) -> None:
    ended = manage(*command, folder=tmp_path, DATABASE_URL=url)
    assert "Traceback" not in ended.stderr
    if ended.returncode:
        assert "DATABASE_URL" in ended.stderr


def test_spaces_in_a_list_do_not_count(tmp_path: Path) -> None:
    ended = manage("check", "--deploy", folder=tmp_path, TRUSTED_PROXIES="127.0.0.1, ::1", ALLOWED_HOSTS="a, b , ")
    assert "E012" not in ended.stderr


def test_empty_variables_count_as_not_set(tmp_path: Path) -> None:
    names = ("DATABASE_URL", "QUEUE_URL", "CACHE_URL", "CALL_DEADLINE", "TIME_ZONE", "LOG_LEVEL", "EXPORTS_DIR")
    ended = manage("check", folder=tmp_path, **dict.fromkeys(names, ""))
    assert ended.returncode == 0, ended.stderr


def test_a_required_variable_that_is_empty_is_named(tmp_path: Path) -> None:
    ended = manage("check", folder=tmp_path, AUDIT_KEY=" ")
    assert "Set TRROADMIN_AUDIT_KEY" in ended.stderr


def test_the_first_command_of_production_works_from_an_empty_folder_and_keeps_its_data_private(tmp_path: Path) -> None:
    ended = manage("migrate", "-v0", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    ended = manage("createcachetable", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    var = tmp_path / "var"
    assert var.stat().st_mode & 0o777 == 0o700
    made = list(var.iterdir())
    assert made
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_a_var_dir_that_others_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o755)
    assert manage("check", folder=tmp_path).returncode == 0
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
