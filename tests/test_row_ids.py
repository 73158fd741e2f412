"""Numbers that no row can have: wherever one is looked up, it is not there, on both databases."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from recordings.models import CloudAccount, Project, User
from recordings.row_ids import GREATEST, read_row_id
from tests.factories import signed_in
from tests.test_role_matrix import MATRIX, World, world

__all__ = ["world"]  # the fixture
pytestmark = pytest.mark.django_db

NUMBERS = ["9223372036854775808", "2147483648", "-1"]
NUMBER = re.compile(r"(?<=/)\d+(?=/)")


def routes(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield entry.name or "", route
        else:
            yield from routes(entry, route)


def test_every_number_in_an_address_is_bounded() -> None:
    found = dict(routes(get_resolver()))
    assert not [name for name, route in found.items() if "<int:" in route]
    assert sum("<row:" in route for route in found.values()) > 30


def with_each_number_replaced(url: str, number: str) -> Iterator[str]:
    for match in NUMBER.finditer(url):
        yield url[: match.start()] + number + url[match.end() :]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_no_row_has_is_an_address_that_is_not_there(world: World, number: str) -> None:
    walked, clients = 0, {person: world.client(person) for person in world.people}
    for name, rule in MATRIX.items():
        for method in ("get", "post"):
            for person in getattr(rule, method):
                for url in with_each_number_replaced(world.url(name, person), number):
                    assert getattr(clients[person], method)(url).status_code == 404, f"{method} {url}"
                    walked += 1
    assert walked > 60


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/recordings/", ("project", "device", "requested_by", "after")),
        ("/recordings/rows/", ("id",)),
        ("/recordings/new/", ("project", "device", "profile", "storage", "retry_of", "blocking", "closes")),
        ("/recordings/export/", ("project", "device", "after")),
        ("/attention/", ("project", "after")),
        ("/unclaimed/", ("after", "project")),
        ("/fleet/devices/", ("project", "after")),
        ("/fleet/devices/new/", ("project",)),
        ("/audit/", ("after", "project")),
        ("/people/", ("after", "project")),
    ],
)
def test_a_number_that_no_row_has_finds_nothing(world: World, path: str, names: tuple[str, ...], number: str) -> None:
    for person in ("operator", "admin", "auditor"):
        client = world.client(person)
        for name in names:
            assert client.get(path, {name: number}).status_code in {200, 403, 422}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_no_row_has_is_no_choice_of_a_form(
    world: World, admin: User, operator: User, project: Project, number: str
) -> None:
    account = CloudAccount.objects.get(pk=project.account_id)
    posts = {
        "/recordings/new/": ["project", "device", "profile", "storage", "retry_of", "blocking", "closes"],
        "/recordings/new/check/": ["project", "device", "profile", "storage", "video_stream_id"],
        "/fleet/projects/new/": ["account", "default_profile"],
        "/fleet/devices/new/": ["project"],
        "/profiles/new/": ["storage", "max_idle_time", "max_media_file_duration"],
        "/credentials/storage/new/": ["projects", "vendor"],
        f"/credentials/accounts/{account.pk}/edit/": ["calls_per_second", "live_limit"],
        "/people/new/": ["operator", "auditor"],
        "/attention/decide/": ["chosen"],
        f"/unclaimed/{world.objects['event'].pk}/claim/": ["device", "storage", "video_stream_id"],
    }
    clients = [signed_in(person) for person in (admin, operator)]
    for path, names in posts.items():
        for name in names:
            for client in clients:
                status = client.post(path, {name: [number, "1"], "name": "x"}).status_code
                assert status < 500, f"{name} at {path}: {status}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (str(GREATEST), GREATEST),
        (str(GREATEST + 1), None),
        ("-1", None),
        ("７", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_a_text_is_the_number_of_a_row_or_none(text: str, number: int | None) -> None:
    assert read_row_id(text) == number
