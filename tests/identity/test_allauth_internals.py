"""What allauth promises to recordings/identity/allauth_internals.py: an upgrade that breaks it fails here."""

import time
from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core.context import request_context
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from recordings.identity import allauth_internals as internals
from recordings.models import User
from tests.factories import make_operator
from tests.signin.authenticators import code_of, give_password, with_app
from tests.signin.soft_passkey import SoftPasskey

pytestmark = pytest.mark.django_db
LIMIT = "2/m/key"


class CountingBackend(internals.PasswordBackend):
    """Records for which names a user is looked up."""

    def __init__(self, user: User | None) -> None:
        self.user, self.names = user, list[str]()

    def find_user(self, username: str) -> User | None:
        self.names.append(username)
        return self.user


class Usage(internals.LimitUsage):
    """A usage of limits that records whether it was given back."""

    was_given_back = False

    def rollback(self) -> None:
        self.was_given_back = True


def request_of(user: User | None = None, method: str = "GET", **headers: str) -> HttpRequest:
    request: Any = getattr(RequestFactory(), method.lower())("/", **headers)
    request.session = SessionStore()
    request.user = user or AnonymousUser()
    return request  # type: ignore[no-any-return]


def test_a_backend_looks_up_the_user_by_the_hook_and_checks_the_password() -> None:
    person = make_operator(password=make_password("right"))
    person.set_password("right")
    backend = CountingBackend(person)
    assert backend.authenticate(None, username="ann", password="right") == person
    assert backend.authenticate(None, username="ann", password="wrong") is None
    assert CountingBackend(None).authenticate(None, username="ann", password="right") is None
    assert backend.names == ["ann", "ann"]


def test_the_current_request_is_known_inside_of_requests_only() -> None:
    request = request_of()
    with request_context(request):
        assert internals.current_request() is request
    assert internals.current_request() is None


@pytest.mark.parametrize(("target", "expected"), [("/you/", "/you/"), ("https://elsewhere.test/", ""), ("", "")])
def test_only_a_safe_address_is_the_next_url(target: str, expected: str) -> None:
    request: Any = RequestFactory().get("/login/", {"next": target})
    with request_context(request):
        assert internals.next_url(request) == expected


def test_authentication_is_recorded_for_one_user_with_its_time() -> None:
    person, other = make_operator(), make_operator()
    request = request_of(person)
    internals.record_authentication(request, person, method="mfa", type="totp")
    (record,) = internals.authentication_records(request, person)
    assert (record["method"], record["type"]) == ("mfa", "totp")
    assert abs(record["at"] - time.time()) < 60
    assert internals.authentication_records(request, other) == []


def test_records_are_backdated_by_method_and_never_made_newer() -> None:
    person = make_operator()
    request = request_of(person)
    for method in ("password", "socialaccount"):
        internals.record_authentication(request, person, method=method)
    internals.backdate_records(request, method="socialaccount", at=5)
    internals.backdate_records(request, method="socialaccount", at=7)
    ages = {each["method"]: each["at"] for each in internals.authentication_records(request, person)}
    assert ages["socialaccount"] == 5
    assert ages["password"] > 7


def test_cleared_records_are_gone() -> None:
    person = make_operator()
    request = request_of(person)
    internals.record_authentication(request, person, method="password")
    internals.clear_authentication_records(request)
    assert internals.authentication_records(request, person) == []


def test_between_password_and_factor_the_user_is_pending() -> None:
    person = make_operator()
    with_app(person)
    browser = Client()
    give_password(browser, person)
    request = request_of()
    request.session = browser.session
    assert internals.pending_user(request) == person
    assert internals.pending_user(request_of()) is None


def test_limits_are_counted_for_every_method_and_can_be_given_back() -> None:
    def consume(method: str) -> internals.LimitUsage | None:
        return internals.consume_limits(request_of(method=method), action="test", limits=[(LIMIT, "a"), (LIMIT, "b")])

    assert consume("GET") is not None
    usage = consume("POST")
    assert usage is not None
    assert consume("GET") is None
    usage.rollback()
    assert consume("GET") is not None


def test_a_limit_after_a_used_up_one_is_not_counted() -> None:
    for _ in range(4):
        internals.consume_limits(request_of(), action="test", limits=[(LIMIT, "c"), (LIMIT, "d")])
    for _ in range(3):
        internals.consume_limits(request_of(), action="test", limits=[(LIMIT, "c"), (LIMIT, "e")])
    assert internals.consume_limits(request_of(), action="test", limits=[(LIMIT, "e")]) is not None


def test_a_limited_view_answers_429_with_the_page() -> None:
    view = internals.limit_view("test", "1/m/ip")(lambda _: HttpResponse("here"))
    assert [view(request_of()).status_code for _ in range(2)] == [200, 429]
    assert internals.too_many_requests(request_of()).status_code == 429


@pytest.mark.parametrize(("password", "given_back"), [("right", True), ("wrong", False)])
def test_the_account_adapter_gives_a_count_back_after_a_right_password(password: str, given_back: bool) -> None:
    person = make_operator()
    person.set_password("right")
    person.save()
    usage = Usage(usage=[])

    class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
        def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
            internals.roll_back_after_sign_in(self, usage)

    request = request_of(method="POST")
    with request_context(request):
        Adapter(request).authenticate(request, username=person.username, password=password)
    assert usage.was_given_back is given_back


def test_a_new_passkey_must_sign_in_alone_and_match_the_sessions_challenge() -> None:
    person = make_operator()
    request = request_of(person)
    with request_context(request):
        options = internals.begin_passkey_registration(person)["publicKey"]
        assert options["authenticatorSelection"]["residentKey"] == "required"
        assert options["authenticatorSelection"]["userVerification"] == "required"
        answer = SoftPasskey().register({name: options[name] for name in ("challenge", "rp", "user")})
        assert internals.complete_passkey_registration(answer).is_user_verified()
        with pytest.raises(ValidationError):
            internals.complete_passkey_registration(answer)


def test_a_passkey_is_requested_with_a_challenge_of_the_session() -> None:
    request = request_of(make_operator())
    with request_context(request):
        assert internals.begin_passkey_authentication(request.user)["publicKey"]["challenge"]  # type: ignore[arg-type]
    assert not request.session.is_empty()


def test_a_secret_and_its_codes_have_the_form_that_is_relied_on() -> None:
    secret = internals.new_totp_secret()
    assert len(secret) == 32
    assert len(code_of(secret)) == 6
    assert internals.normalize_code(" 123-456 ") == internals.normalize_code("123456") == "123456"
    assert internals.normalize_code("AB CD") == "abcd"


def test_a_code_is_remembered_for_at_least_as_long_as_it_is_valid(settings: Any) -> None:
    settings.MFA_TOTP_PERIOD, settings.MFA_TOTP_TOLERANCE = 30, 1
    assert internals.totp_lifetime() == 120


def test_the_configured_adapters_are_the_projects_own() -> None:
    assert type(get_adapter()).__module__.startswith("recordings.")
    assert type(get_factor_adapter()).__module__.startswith("recordings.")
