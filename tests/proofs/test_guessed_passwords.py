"""Guessing with everything an attacker may choose: how many of the guesses were evaluated."""

import random
import time

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from tests.factories import make_operator

from .figures import Figures
from .sizes import size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]
GUESSES = size(small=150, full=1_000)
NAMES = ["lin", "LIN", "ＬＩＮ", " lin", "ｌｉｎ", "Lin "]
HOSTS = ["testserver", "testserver:81", "TESTSERVER", "localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:1"]
MINUTES = 5


@pytest.fixture(autouse=True)
def open_site(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    cache.clear()


def was_evaluated(login: str, address: str, dice: random.Random) -> bool:
    """Send one wrong password with headers by chance; whether the answer is that it is wrong."""
    hop = ".".join(str(dice.randrange(256)) for _ in range(4))
    headers = {
        "X-Forwarded-For": hop, "X-Real-Ip": hop, "Forwarded": f"for={hop}", "Client-Ip": hop, "True-Client-Ip": hop,
        "X-Forwarded-Host": dice.choice(HOSTS), "X-Forwarded-Port": str(dice.randrange(65_536)),
        "User-Agent": f"browser {dice.random()}", "Accept-Language": dice.choice(["en", "zh-hans"]),
        "Cookie": f"known_for={dice.random()}; sessionid={dice.random()}",
    }  # fmt: skip
    client = Client(REMOTE_ADDR=address, headers={"host": dice.choice(HOSTS)})
    response = client.post("/login/", {"login": login, "password": f"guess {dice.random()}"}, headers=headers)
    assert response.status_code in {422, 429}
    if response.status_code == 429:
        return False
    return response.context["form"].errors.as_data()["__all__"][0].code == "username_password_mismatch"


@pytest.mark.parametrize(
    ("kind", "limit"), [("one name, one address", 5), ("one address", 10), ("one name", 5), ("all different", 100)]
)
def test_guesses_are_evaluated_only_up_to_the_limits(figures: Figures, kind: str, limit: int) -> None:
    make_operator(username="lin", password="correct horse battery")
    dice = random.Random(9)
    began = time.monotonic()
    evaluated = sum(was_evaluated(*_chosen(kind, number, dice), dice) for number in range(GUESSES))
    periods = 1 + (time.monotonic() - began) // (60 if kind == "one address" else MINUTES * 60)
    figures.add(f"wrong passwords, {kind}", f"{evaluated} of {GUESSES} evaluated, at most {limit} in a period")
    assert 0 < evaluated <= limit * periods


def _chosen(kind: str, number: int, dice: random.Random) -> tuple[str, str]:
    """A user name, and the address it is guessed from."""
    one_name, one_address = "one name" in kind, "one address" in kind
    name = dice.choice(NAMES) if one_name else f"name{number}"
    network = "10.0.0.1" if one_address else f"10.{number // 250}.{number % 250}.1"
    return name, network
