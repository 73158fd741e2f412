"""Requests at the same moment from several browsers: a code works once, and of two last factors one stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connections
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry, User
from tests.factories import make_admin, make_operator

from .authenticators import CODES, PASSWORD, code_of, give_code, give_password, with_app
from .test_passkeys import confirmed, passkey_of

pytestmark = pytest.mark.django_db(transaction=True)
BROWSERS = 5


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def at_once(actions: list[Callable[[], int]]) -> list[int]:
    """The status that each got, all begun together."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], int]) -> int:
        try:
            barrier.wait()
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


def before_the_code(person: User) -> list[Client]:
    clients = [Client() for _ in range(BROWSERS)]
    for client in clients:
        give_password(client, person)
    return clients


def test_a_code_of_the_app_signs_in_one_of_five_browsers() -> None:
    person = make_operator(password=PASSWORD)
    _, secret = with_app(person)
    code = code_of(secret)
    statuses = at_once([lambda each=client: give_code(each, code) for client in before_the_code(person)])
    assert statuses == [302, 422, 422, 422, 422]


def test_a_recovery_code_signs_in_one_of_five_browsers() -> None:
    person = make_operator(password=PASSWORD)
    browser, _ = with_app(person)
    code = browser.get(CODES).context["unused_codes"][0]
    statuses = at_once([lambda each=client: give_code(each, code) for client in before_the_code(person)])
    assert statuses == [302, 422, 422, 422, 422]
    assert AuditEntry.objects.filter(action="recovery_codes.used").count() == 1


def test_of_two_passkeys_removed_at_the_same_moment_one_stays_with_a_credential_admin(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    admin = make_admin()
    removals = [(confirmed(admin), passkey) for passkey in (passkey_of(admin), passkey_of(admin))]

    def remove(client: Client, passkey: Authenticator) -> int:
        return client.post(f"/you/factors/passkeys/{passkey.pk}/remove/").status_code

    at_once([lambda each=pair: remove(*each) for pair in removals])
    assert Authenticator.objects.filter(user=admin).count() == 1
