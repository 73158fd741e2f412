"""What no browser sends to the passkeys' pages is refused like a wrong code, however deep or long it is."""

import pytest
from django.test import Client

from recordings.models import User
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
MALFORMED = ["[" * 50_000, '{"a":' * 50_000, "x" * 200_000, "null", "[]", '"\\ud800"', "1e999"]


@pytest.mark.parametrize("sent", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_sign_in_is_refused(client: Client, sent: str) -> None:
    assert client.post("/login/passkey/", {"credential": sent}).status_code in {200, 302, 400, 422}


@pytest.mark.parametrize("sent", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_registration_is_refused(admin: User, sent: str) -> None:
    browser = signed_in(admin)
    browser.get("/you/factors/passkeys/new/")
    assert browser.post("/you/factors/passkeys/new/", {"name": "x", "credential": sent}).status_code == 422
