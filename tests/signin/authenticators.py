"""What a person holds in their hand: an authenticator app that reads the key off the page, and its codes."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from recordings.models import User
from tests.factories import signed_in

PASSWORD = "correct horse battery"
APP, CODES = "/you/factors/app/", "/you/factors/codes/"

STEP = 30
"""Seconds."""


def code_of(secret: str, *, later: int = 0) -> str:
    """The code the app shows now, or `later` steps of 30 seconds from now.

    An earlier one is accepted for a step only: at the end of a step the next is waited for, or it would come too late.
    """
    left = STEP - time.time() % STEP
    if later < 0 and left < 4:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP + later)))


def set_up_app(client: Client) -> str:
    """Set up an app in a browser that is signed in; the key of the app."""
    secret: str = client.get(APP).context["form"].secret
    response = client.post(APP, {"code": code_of(secret, later=-1)})
    assert response.status_code == 302, response.context["form"].errors
    return secret


def with_app(person: User) -> tuple[Client, str]:
    """A browser in which this person set up an app just now, and the app's key. Their password is PASSWORD."""
    person.set_password(PASSWORD)
    person.save()
    client = signed_in(person)
    return client, set_up_app(client)


def give_password(client: Client, person: User, **headers: str) -> None:
    response = client.post("/login/", {"login": person.username, "password": PASSWORD}, headers=headers)
    assert response.headers["Location"] == "/login/factor/"


def give_code(client: Client, code: str) -> int:
    return client.post("/login/factor/", {"code": code}).status_code


def is_signed_in(client: Client) -> bool:
    return client.get("/you/").status_code == 200


def factors_of(person: User) -> set[str]:
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
