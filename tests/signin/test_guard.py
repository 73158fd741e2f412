"""The guard of the user's own pages: any signed-in user, with or without a role; no wall display."""

import pytest
from django.test import Client
from django.urls import reverse

from recordings.identity.sessions import DISPLAY
from recordings.models import AuditEntry, User
from tests.factories import make_operator, signed_in
from tests.test_role_matrix import OWN

pytestmark = pytest.mark.django_db
EVERY_METHOD = ("get", "post", "put", "patch", "delete")


def url_of(name: str) -> str:
    return reverse(name, args=[1] if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else [])


@pytest.mark.parametrize("name", sorted(OWN))
def test_the_signed_out_are_led_to_the_sign_in_and_a_fragment_says_so(name: str) -> None:
    for method in OWN[name]:
        response = getattr(Client(), method)(url_of(name))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/login/?next=")
        assert getattr(Client(), method)(url_of(name), headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("name", sorted(set(OWN) - {"you_display"}))
def test_a_user_without_a_role_may_open_them_and_they_are_not_cached(name: str, no_role_user: User) -> None:
    no_role_user.set_password("correct horse battery")
    no_role_user.save()
    for method in OWN[name]:
        response = getattr(signed_in(no_role_user), method)(url_of(name))
        assert response.status_code in {200, 302, 404, 422}
        if response.status_code != 404:
            assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", sorted(OWN))
def test_every_other_method_is_405(name: str, no_role_user: User) -> None:
    for method in set(EVERY_METHOD) - set(OWN[name]):
        assert getattr(signed_in(no_role_user), method)(url_of(name)).status_code == 405


@pytest.mark.parametrize("path", ["/login/", "/you/", "/you/factors/", "/you/factors/app/"])
def test_nothing_inline_nothing_framed_and_nothing_from_elsewhere(path: str, no_role_user: User) -> None:
    client = Client() if path == "/login/" else signed_in(no_role_user)
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert {"script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'"} <= set(
        policy.split("; ")
    )
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert " style=" not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", sorted(set(OWN) - {"you"}))
def test_a_wall_display_may_open_none_of_them(name: str) -> None:
    client = signed_in(make_operator())
    session = client.session
    session[DISPLAY] = True
    session.save()
    for method in OWN[name]:
        assert getattr(client, method)(url_of(name)).status_code == 403
    assert AuditEntry.objects.filter(action="access.denied").exists()
