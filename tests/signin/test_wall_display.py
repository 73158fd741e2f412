"""A wall display: shows for 12 hours, changes nothing, and cannot be turned back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.identity.sessions import DISPLAY
from recordings.models import AuditEntry, User
from tests.factories import make_admin, signed_in

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wall(operator: User) -> Client:
    client = signed_in(operator)
    assert client.post("/you/display/").headers["Location"] == "/?wall"
    return client


def test_it_shows_what_there_is_to_see_with_a_mark_and_is_in_the_trail(wall: Client) -> None:
    page = wall.get("/recordings/").content.decode()
    assert "Wall display" in page
    assert "/recordings/new/" not in page
    assert wall.get("/attention/").status_code == wall.get("/fleet/devices/").status_code == 200
    entry = AuditEntry.objects.get(action="display.began")
    assert entry.actor == "operator"


@pytest.mark.parametrize("path", ["/recordings/new/", "/credentials/storage/", "/people/", "/you/password/"])
def test_other_pages_are_refused(wall: Client, path: str) -> None:
    assert wall.get(path).status_code in {403, 404}


@pytest.mark.parametrize("path", ["/recordings/new/", "/login/", "/login/again/", "/you/display/"])
def test_it_sends_nothing(wall: Client, path: str) -> None:
    assert wall.post(path, {}).status_code == 403
    assert wall.post(path, {}, headers={"HX-Request": "true"}).status_code == 403


def test_it_may_change_its_language_and_end(wall: Client) -> None:
    assert wall.post("/language/", {"language": "zh-hans", "next": "/recordings/"}).status_code == 302
    assert wall.post("/logout/").status_code == 302
    assert wall.get("/you/").status_code == 302


def test_its_own_page_says_how_it_ends(wall: Client) -> None:
    page = wall.get("/you/").content.decode()
    assert "End the display" in page
    assert "Use this browser as a wall display" not in page


def test_it_has_no_idle_limit_and_ends_after_twelve_hours(operator: User, clock: time_machine.Traveller) -> None:
    client = signed_in(operator)
    clock.shift(timedelta(minutes=10))
    client.post("/you/display/")
    clock.shift(timedelta(hours=11, minutes=59))
    assert client.get("/recordings/").status_code == 200
    clock.shift(timedelta(minutes=1))
    assert client.get("/recordings/").status_code == 302


def test_it_outlives_a_restart_of_the_browser_and_has_a_key_of_its_own(operator: User) -> None:
    client = signed_in(operator)
    before = client.session.session_key
    response = client.post("/you/display/")
    assert response.cookies["sessionid"]["max-age"] == 12 * 60 * 60
    assert client.session.session_key != before
    assert client.session[DISPLAY] is True


def test_a_user_who_cannot_see_recordings_gets_no_display(no_role_user: User) -> None:
    assert signed_in(no_role_user).post("/you/display/").status_code == 403


def test_a_user_who_must_add_a_factor_first_gets_no_display(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    response = signed_in(make_admin()).post("/you/display/")
    assert response.headers["Location"] == "/you/factors/"
