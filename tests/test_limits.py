"""What is refused before anything of it is read, and what is said when no sign-in can be counted."""

import io
import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from recordings.caching import soft
from recordings.history.playback_limits import A_MINUTE, is_within_limit
from recordings.models import AuditEntry, User
from recordings.web.request_limits import FORMS, GateMiddleware, plain_page, reason_to_refuse
from tests.factories import make_operator, signed_in

from .redis_server import RedisServer, running_redis
from .test_caching import redis_cache

FORM = "application/x-www-form-urlencoded"
REFUSED = [400, 411, 413, 415, 500, 503]


class Unreadable(io.RawIOBase):
    """A body that must not be touched."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def post(path: str = "/login/", **environ: object) -> int:
    """The status for a request with these headers, whose body cannot be read."""
    request = RequestFactory().post(path, **{"wsgi.input": Unreadable(), **environ})
    return int(reason_to_refuse(request) or 200)


@pytest.mark.parametrize("length", [str(256 * 1024 + 1), "199000000", "9" * 30])
def test_a_form_that_is_too_long_is_refused_unread(length: str) -> None:
    assert post(CONTENT_TYPE=FORM, CONTENT_LENGTH=length) == 413


def test_a_form_of_a_senseless_length_is_refused_unread() -> None:
    assert [post(CONTENT_TYPE=FORM, CONTENT_LENGTH=length) for length in ("-1", "x", "1,1", "\u0661")] == [400] * 4


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "text/xml", "x", f"{FORM}; charset=utf-16", f"{FORM}; charset=utf-7"]
)
def test_another_kind_of_content_is_refused_unread(kind: str) -> None:
    assert post(CONTENT_TYPE=kind, CONTENT_LENGTH="3") == 415


@pytest.mark.parametrize("kind", [*sorted(FORMS), f"{FORM}; charset=UTF-8", f"{FORM};charset=utf-8"])
def test_what_a_browser_sends_passes(kind: str) -> None:
    assert post(CONTENT_TYPE=kind, CONTENT_LENGTH="3") == 200


def test_chunks_are_for_callbacks_only() -> None:
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    assert post(**chunked) == 411
    assert post("/callbacks/token/", **chunked) == 200
    assert post("/callbacks/token/more/", **chunked) == 411


@pytest.mark.django_db
def test_a_file_is_dropped_and_never_reaches_a_disk(client: Client, settings: Settings) -> None:
    assert list(settings.FILE_UPLOAD_HANDLERS) == []
    file = io.BytesIO(b"x" * 100_000)
    file.name = "big.bin"
    response = client.post("/login/", {"login": "lin", "file": file})
    assert response.status_code == 422
    assert response.wsgi_request.FILES == {}


@pytest.mark.django_db
def test_every_form_url_refuses_what_is_too_long_for_a_stranger() -> None:
    for name in ("account_login", "mfa_authenticate", "choose_password", "language", "start", "people"):
        response = Client().post(reverse(name), b"a" * 300_000, content_type=FORM)
        assert response.status_code == 413
        assert "Content-Security-Policy" in response.headers
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"a=&" * 2000),
        ("multipart/form-data", b"abc"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
        ("multipart/form-data; boundary=\xe9", b"abc"),
        (FORM, b"login=%00&password=%ff%fe&next=%00"),
        (FORM, b"\xff\xfe\x00"),
    ],
)
def test_a_body_that_makes_no_sense_is_no_error_of_ours(kind: str, body: bytes) -> None:
    for path in ("/login/", "/login/factor/", "/people/password/", "/language/"):
        browser = Client(raise_request_exception=False)
        assert browser.post(f"{path}?secret=canary", body, content_type=kind).status_code < 500
        strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
        response = strict.post(f"{path}?secret=canary", body, content_type=kind)
        assert response.status_code in {400, 403}


@pytest.mark.django_db
def test_a_body_that_breaks_off_is_no_error_of_ours() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("the client is gone")

    for strict in (False, True):
        browser = Client(raise_request_exception=False, enforce_csrf_checks=strict)
        environ = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "10", "wsgi.input": Broken()}
        assert browser.post("/login/", **environ).status_code in {400, 403}


@pytest.mark.django_db
def test_a_callback_whose_chunks_make_no_sense_is_400() -> None:
    class InvalidChunkSize(Exception):
        """As gunicorn has it: no OSError, no ValueError."""

    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise InvalidChunkSize

    environ = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": "10", "wsgi.input": Broken()}
    response = Client().post("/callbacks/token/", **environ)
    assert (response.status_code, json.loads(response.content)) == (400, {"code": 400})


@pytest.mark.parametrize("status", REFUSED)
def test_the_page_of_a_refusal_needs_no_request_and_no_database(status: int) -> None:
    """Without the `db` mark, a query fails this test."""
    response = plain_page(HTTPStatus(status))
    assert response.status_code == status
    assert 'lang="zh-Hans"' in response.content.decode()
    page = (Path(__file__).parent.parent / "templates" / f"{status}.html").read_text()
    assert "{{" not in page


@pytest.fixture(params=["gone", "full"])
def useless_redis(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[RedisServer]:
    soft.forget()
    with running_redis(tmp_path) as server:
        settings.CACHES = {"default": redis_cache(server)}
        server.stop() if request.param == "gone" else server.fill()
        yield server


@pytest.mark.django_db
def test_no_sign_in_is_counted_so_none_is_accepted_and_the_page_says_so(useless_redis: RedisServer) -> None:
    make_operator(username="lin", password="x")
    browser = Client(raise_request_exception=False)
    assert browser.get("/login/").status_code == 200
    response = browser.post("/login/", {"login": "lin", "password": "x"})
    assert response.status_code == 503
    assert "Sign-in is unavailable" in response.content.decode()
    assert response.headers["Retry-After"] == "60"
    assert "_auth_user_id" not in browser.session


@pytest.mark.django_db
def test_who_is_signed_in_goes_on_working(useless_redis: RedisServer, admin: User, no_role_user: User) -> None:
    browser = signed_in(admin)
    for path in ("/recordings/", "/status/", "/status/keys/", "/people/", "/audit/", "/you/"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/fleet/projects/999999/").status_code == 404
    assert signed_in(no_role_user).get("/recordings/").status_code == 403
    assert AuditEntry.objects.filter(action="access.missing").count() == 1
    assert AuditEntry.objects.filter(action="access.denied").exists()


@pytest.mark.django_db
def test_files_can_still_be_played_and_are_still_counted(useless_redis: RedisServer, admin: User) -> None:
    answers = [is_within_limit(admin) for _ in range(2 * A_MINUTE + 2)]  # a minute may begin in between
    assert all(answers[:A_MINUTE])
    assert not all(answers)


@pytest.mark.django_db
def test_what_is_merged_in_the_trail_stays_merged(useless_redis: RedisServer, admin: User) -> None:
    browser = signed_in(admin)
    for number in range(30):
        browser.get(f"/fleet/projects/{900_000 + number}/")
    assert AuditEntry.objects.filter(action="access.missing").count() <= 12


@pytest.mark.django_db
def test_it_is_not_ready_and_status_shows_why(useless_redis: RedisServer, admin: User) -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (503, b"the cache does not answer\n")
    assert Client().get("/healthz").status_code == 200
    page = signed_in(admin).get("/status/")
    assert page.context["cache_answers"] is False


@pytest.mark.django_db
def test_it_is_logged_once(useless_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        Client(raise_request_exception=False).post("/login/", {"login": "lin", "password": "x"})
    assert sum("cache_unavailable" in record.getMessage() for record in caplog.records) <= 1
    assert not [record for record in caplog.records if record.exc_info and record.exc_info[0]]


def test_the_gate_stands_before_whatever_reads_a_body(settings: Settings) -> None:
    gate = f"{GateMiddleware.__module__}.{GateMiddleware.__qualname__}"
    reads = ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    assert all(settings.MIDDLEWARE.index(gate) < settings.MIDDLEWARE.index(name) for name in reads)
