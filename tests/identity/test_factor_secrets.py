"""The secrets of factors at rest: sealed for one person and one factor, and re-sealed under a new key."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.identity import factor_secrets
from recordings.models import User
from tests.factories import make_operator, signed_in
from tests.signin.authenticators import APP, code_of, give_code, give_password, with_app
from trroadmin.environment import new_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return make_operator(username="lin")


def factor_of(person: User, kind: str = "totp") -> Authenticator:
    return Authenticator.objects.get(user=person, type=kind)


def test_neither_key_nor_seed_is_stored_in_plain_text(person: User) -> None:
    _, secret = with_app(person)
    stored = str([factor.data for factor in Authenticator.objects.all()])
    assert secret not in stored
    seed = vault.open_text(
        factor_of(person, "recovery_codes").data["seed"], "mfa_authenticator", str(person.pk), "recovery_codes.seed"
    )
    assert seed not in stored
    assert len(seed) == 80


def test_the_pending_key_is_not_in_the_session_in_plain_text(person: User) -> None:
    client = signed_in(person)
    secret = client.get(APP).context["form"].secret
    waiting = Session.objects.get(pk=client.session.session_key).get_decoded()
    assert waiting["mfa.totp.secret"]
    assert secret not in str(waiting)


def test_a_key_moved_from_another_user_cannot_be_decrypted(person: User) -> None:
    mallory = make_operator(username="mallory")
    _, known = with_app(mallory)
    with_app(person)
    factor = factor_of(person)
    factor.data = factor_of(mallory).data
    factor.save()
    client = Client()
    give_password(client, person)
    assert give_code(client, code_of(known)) == 422


@pytest.mark.parametrize("codes_stay", [True, False])
def test_a_seed_copied_or_moved_into_the_place_of_the_key_cannot_be_decrypted(person: User, codes_stay: bool) -> None:
    with_app(person)
    factor, codes = factor_of(person), factor_of(person, "recovery_codes")
    factor.data = {"secret": codes.data["seed"]}
    factor.save()
    if not codes_stay:
        codes.delete()
    client = Client()
    give_password(client, person)
    assert give_code(client, "123456") == 422
    with pytest.raises(vault.CannotOpen):
        vault.open_text(factor.data["secret"], "mfa_authenticator", str(person.pk), "totp.secret")


def test_rotation_re_encrypts_factors_and_they_keep_working(person: User, settings: Settings) -> None:
    _, secret = with_app(person)
    old = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = f"new:{new_key()},{old}"
    assert len(list(factor_secrets.stale())) == 2
    assert all(map(factor_secrets.rotate, factor_secrets.stale()))
    assert factor_secrets.rows_by_key("?") == {"new": 2}
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS.split(",")[0]
    client = Client()
    give_password(client, person)
    assert give_code(client, code_of(secret)) == 302


def test_a_factor_that_cannot_be_decrypted_is_counted_and_named_by_a_rotation(person: User) -> None:
    with_app(person)
    factor = factor_of(person)
    factor.data = {"secret": "plain"}
    factor.save()
    assert factor_secrets.rows_by_key("?")["?"] == 1
    assert [each.pk for each in factor_secrets.stale()] == [factor.pk]
    with pytest.raises(vault.CannotOpen):
        factor_secrets.rotate(factor)
