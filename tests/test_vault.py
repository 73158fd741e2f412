"""The vault: what goes in comes out of the same row and field, and of nowhere else."""

import base64
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.models import AuditEntry, CloudAccount, StorageKey
from trroadmin.environment import new_key

from .factories import ACCOUNT_SECRET_KEY, make_account, make_storage

KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="  # 32 times the letter A: the names of tests must not change


def sealed_account(secret: str = "a secret of some length") -> CloudAccount:
    account = CloudAccount(name="Mine", secret_id="AKIDx")
    vault.seal(account, "secret_key", secret)
    return account


@pytest.mark.parametrize("secret", ["", "short", "a secret of some length", "密钥", "x" * 10_000])
def test_what_was_sealed_opens(secret: str) -> None:
    assert vault.open_sealed(sealed_account(secret), "secret_key") == secret


def test_the_same_secret_never_looks_the_same_twice() -> None:
    account = sealed_account()
    first = account.secret_key_sealed
    vault.seal(account, "secret_key", "a secret of some length")
    assert account.secret_key_sealed != first


def test_the_hint_is_four_characters_of_a_long_secret_and_none_of_a_short_one() -> None:
    assert sealed_account("a secret of some length").secret_key_hint == "ngth"
    assert sealed_account("elevenchars").secret_key_hint == ""


def test_a_value_does_not_open_in_another_row() -> None:
    account, other = sealed_account(), CloudAccount(name="Other")
    other.secret_key_sealed = account.secret_key_sealed
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(other, "secret_key")


def test_a_value_does_not_open_in_another_field_or_table() -> None:
    key = StorageKey()
    vault.seal(key, "access_key", "a secret of some length")
    key.secret_key_sealed = key.access_key_sealed
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(key, "secret_key")
    account = CloudAccount(id=key.pk)
    account.secret_key_sealed = key.secret_key_sealed
    with pytest.raises(vault.CannotOpen):
        vault.open_sealed(account, "secret_key")


def test_a_plain_value_in_the_column_is_refused_and_not_shown() -> None:
    account = CloudAccount(id=uuid.uuid4())
    for stored in (b"", b"\x01", b"plain-secret", b"\x01\xffplain-secret"):
        account.secret_key_sealed = stored
        with pytest.raises(vault.CannotOpen) as refused:
            vault.open_sealed(account, "secret_key")
        assert "plain-secret" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["", "k1", "k1:", "k1:c2hvcnQ=", f":{KEY}", f"k1:{KEY},k1:{KEY}", f"schlüssel:{KEY}"],
)
def test_keys_of_another_form_are_refused(text: str) -> None:
    with pytest.raises(vault.BadKeys):
        vault.read_keys(text)


@pytest.mark.django_db
def test_rotation_seals_everything_under_the_first_key_and_says_so(settings: Settings) -> None:
    account, storage = make_account(), make_storage()
    settings.ENCRYPTION_KEYS = f"new:{new_key()},{settings.ENCRYPTION_KEYS}"
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "2 secrets re-encrypted, 0 left" in out.getvalue()
    account.refresh_from_db()
    assert vault.key_id_of(account, "secret_key") == "new"
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS.split(",")[0]
    assert vault.open_sealed(account, "secret_key") == ACCOUNT_SECRET_KEY
    assert vault.open_sealed(storage.keys.get(), "access_key")
    assert AuditEntry.objects.get().after == {"rows": 2, "left": 0}


@pytest.mark.django_db
def test_rotation_names_what_does_not_open_and_rotates_the_rest(settings: Settings) -> None:
    broken, sound = make_account(), make_account()
    broken.secret_key_sealed = bytes(broken.secret_key_sealed)[:-1] + b"\0"
    broken.save()
    settings.ENCRYPTION_KEYS = f"new:{new_key()},{settings.ENCRYPTION_KEYS}"
    with pytest.raises(CommandError, match=str(broken.pk)):
        call_command("rotate_keys", stdout=StringIO())
    sound.refresh_from_db()
    assert vault.key_id_of(sound, "secret_key") == "new"


@pytest.mark.django_db
def test_rotation_does_not_overwrite_a_key_that_was_replaced_meanwhile(settings: Settings) -> None:
    seen = make_account()
    settings.ENCRYPTION_KEYS = f"new:{new_key()},{settings.ENCRYPTION_KEYS}"
    replaced = CloudAccount.objects.get(pk=seen.pk)
    vault.seal(replaced, "secret_key", "the replacement of it")
    replaced.save()
    assert vault.rotate(seen) is False
    assert vault.open_sealed(CloudAccount.objects.get(pk=seen.pk), "secret_key") == "the replacement of it"


def test_the_key_itself_is_not_in_what_it_seals() -> None:
    key = new_key()
    assert base64.b64decode(key) not in bytes(sealed_account().secret_key_sealed)
