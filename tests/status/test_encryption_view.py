"""The page of the encryption keys: what still stands under which, for a credential admin only."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.models import CloudAccount, StorageKey, User
from tests.factories import make_account, make_person, make_storage, signed_in
from trroadmin.environment import new_key

pytestmark = pytest.mark.django_db
URL = "/status/keys/"


@pytest.fixture
def two_keys(settings: Settings) -> None:
    """An account, a storage and a second factor under the old key, a storage under the new one."""
    old, new = f"old:{new_key()}", f"new:{new_key()}"
    settings.ENCRYPTION_KEYS = old
    make_account()
    make_storage()
    person = make_person()
    secret = vault.seal_text("JBSWY3DPEHPK3PXP" * 2, "mfa_authenticator", str(person.pk), "totp.secret")
    Authenticator.objects.create(user=person, type="totp", data={"secret": secret})
    settings.ENCRYPTION_KEYS = f"{new},{old}"
    make_storage()


def counts(admin: User) -> dict[str, list[int]]:
    """Rows of each kind under each key; kinds of which there are none are left out."""
    context = signed_in(admin).get(URL).context
    found = {str(name): [count for _key, count in row] for name, row in context["kinds"]}
    return {name: numbers for name, numbers in found.items() if any(numbers)}


def test_page_shows_secrets_by_encryption_key(admin: User, two_keys: None) -> None:
    assert counts(admin) == {
        "Cloud accounts": [0, 1],
        "Storage keys": [1, 1],
        "Second factors": [0, 1],
    }
    page = signed_in(admin).get(URL).content.decode()
    assert "3 secrets to re-encrypt" in page
    assert "Never rotated yet" in page


def test_after_a_rotation_nothing_is_left_and_it_says_when_that_was(admin: User, two_keys: None) -> None:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    assert said.getvalue().splitlines() == [
        "0 secrets re-encrypted, 3 to go",
        "3 secrets re-encrypted, 0 left under older keys.",
    ]
    assert counts(admin) == {
        "Cloud accounts": [1, 0],
        "Storage keys": [2, 0],
        "Second factors": [1, 0],
    }
    page = signed_in(admin).get(URL).content.decode()
    assert "All on the current key" in page
    assert "Last rotation" in page


def test_a_key_that_is_missing_is_named(admin: User, settings: Settings, two_keys: None) -> None:
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS.partition(",")[0]
    keys = signed_in(admin).get(URL).context["keys"]
    assert [(key.key_id, key.is_known, key.rows) for key in keys] == [("new", True, 1), ("old", False, 3)]


def test_damaged_value_counts_under_no_key_and_stops_no_rotation(admin: User, two_keys: None) -> None:
    CloudAccount.objects.update(secret_key_sealed=b"damaged")
    with pytest.raises(Exception, match="cannot be decrypted"):
        call_command("rotate_keys", stdout=StringIO())
    assert StorageKey.objects.count() == 2
    assert counts(admin)["Storage keys"][0] == 2
    assert counts(admin)["Cloud accounts"] == [0, 0, 1]


@pytest.mark.parametrize("role", ["operator", "auditor", "no_role_user"])
def test_others_may_not_see_it(role: str, request: pytest.FixtureRequest) -> None:
    assert signed_in(request.getfixturevalue(role)).get(URL).status_code == 403
