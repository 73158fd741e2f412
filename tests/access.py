"""What every page of configuration must hold, for every user."""

from django.test import Client

from recordings.models import User
from tests.factories import signed_in


def assert_asks_to_sign_in(url: str) -> None:
    response = Client().get(url)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/")
    posted = Client().post(url)
    assert posted.status_code in {302, 405}


def assert_forbidden(url: str, *people: User, takes_posts: bool = True) -> None:
    """Neither to be seen nor, where it takes posts at all, to be posted to."""
    for person in people:
        client = signed_in(person)
        assert client.get(url).status_code == 403
        assert client.post(url, {"name": "x"}).status_code == (403 if takes_posts else 405)


def assert_missing(url: str, *people: User) -> None:
    """Of another project, or not there at all: the same 404."""
    for person in people:
        assert signed_in(person).get(url).status_code == 404


def assert_methods(url: str, person: User, *allowed: str) -> None:
    client = signed_in(person)
    for method in ("post", "put", "patch", "delete"):
        if method not in allowed:
            assert getattr(client, method)(url).status_code == 405
