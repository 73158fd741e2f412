"""What the server refuses to start with, and how keys come to a development installation."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.calls import CannotCall, gateway_for
from recordings.models import StorageKey
from recordings.system_checks.keys import refuse_to_start_unless_sound
from trroadmin.environment import development_keys, new_key

from .deployment import PRODUCTION, deployment_check
from .factories import make_account, make_storage, make_storage_key

ROOT = Path(__file__).parent.parent


def ids_of_errors() -> set[str]:
    return {message.id or "" for message in run_checks(databases=["default"])}


def test_keys_of_another_form_are_an_error(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = "k1:short"
    assert "trroadmin.E001" in ids_of_errors_without_database()


def ids_of_errors_without_database() -> set[str]:
    return {message.id or "" for message in run_checks()}


@pytest.mark.parametrize("key", ["", "no base64!", "c2hvcnQ="])
def test_an_audit_key_that_is_no_key_is_an_error(settings: Settings, key: str) -> None:
    settings.AUDIT_KEY = key
    assert "trroadmin.E002" in ids_of_errors_without_database()


def test_a_sandbox_outside_of_development_is_an_error(settings: Settings) -> None:
    settings.DEVELOPMENT, settings.SANDBOX_ENDPOINT = False, "http://127.0.0.1:8099"
    assert "trroadmin.E003" in ids_of_errors_without_database()


def test_a_sandbox_on_another_machine_is_an_error(settings: Settings) -> None:
    settings.SANDBOX_STORAGE = "http://bucket.example.com"
    assert "trroadmin.E004" in ids_of_errors_without_database()


@pytest.mark.django_db
def test_secrets_under_a_key_that_is_not_there_stop_the_server(settings: Settings) -> None:
    make_account()
    settings.ENCRYPTION_KEYS = f"other:{new_key()}"
    assert "trroadmin.E006" in ids_of_errors()
    with pytest.raises(ImproperlyConfigured, match="which ENCRYPTION_KEYS lacks"):
        refuse_to_start_unless_sound()


@pytest.mark.django_db
def test_secrets_under_an_older_key_are_a_warning_and_no_reason_to_stop(settings: Settings) -> None:
    make_account()
    settings.ENCRYPTION_KEYS = f"new:{new_key()},{settings.ENCRYPTION_KEYS}"
    assert "trroadmin.W001" in ids_of_errors()
    refuse_to_start_unless_sound()


@pytest.mark.django_db
def test_column_with_a_plain_secret_is_named_and_blocks_nothing_else() -> None:
    account = make_account()
    account.secret_key_sealed = b"plain"
    account.save()
    make_account()
    said = [message for message in run_checks(databases=["default"]) if message.id == "trroadmin.E005"]
    assert [str(account.pk) in message.msg for message in said] == [True]
    refuse_to_start_unless_sound()


@pytest.mark.django_db
def test_secret_under_a_missing_key_is_named_and_blocks_nothing_else(settings: Settings) -> None:
    lost = make_account()
    settings.ENCRYPTION_KEYS = f"other:{new_key()}"
    make_account()
    said = [message for message in run_checks(databases=["default"]) if message.id == "trroadmin.E006"]
    assert [str(lost.pk) in message.msg for message in said] == [True]
    refuse_to_start_unless_sound()
    with pytest.raises(CannotCall):
        gateway_for(lost)


@pytest.mark.django_db
def test_keys_that_were_replaced_are_not_looked_at() -> None:
    storage = make_storage()
    StorageKey.objects.update(replaced_at=timezone.now(), access_key_sealed=b"plain")
    make_storage_key(storage)
    assert "trroadmin.E005" not in ids_of_errors()


@pytest.mark.django_db
def test_malformed_keys_stop_the_server_with_a_sentence(settings: Settings) -> None:
    make_account()
    settings.ENCRYPTION_KEYS = "k1:short"
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS is not"):
        refuse_to_start_unless_sound()


def test_development_keys_are_made_once_and_only_their_owner_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "AUDIT_KEY"):
        monkeypatch.delenv(f"TRROADMIN_{name}", raising=False)
    path = tmp_path / "var" / "keys.env"
    development_keys(path)
    first = path.read_text()
    development_keys(path)
    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.environ["TRROADMIN_AUDIT_KEY"] in first
    assert [child.name for child in path.parent.iterdir()] == ["keys.env"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ENCRYPTION_KEYS", "AUDIT_KEY", "PUBLIC_URL"])
def test_production_does_not_start_without(missing: str) -> None:
    name = f"TRROADMIN_{missing}"
    environment = {k: v for k, v in (os.environ | PRODUCTION).items() if k != name}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_deployment_check_has_no_warning_under_production_settings() -> None:
    assert deployment_check() == 0
