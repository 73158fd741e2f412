"""Where the vendor posts: what is taken, what is refused, and that a refusal tells nothing and writes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.callbacks import group_commit, keys, rejections
from recordings.callbacks.body import MAX_BYTES
from recordings.callbacks.views import receive
from recordings.models import CallbackEvent, Project
from recordings.trro.signatures import sign

from .signed_posts import KEY, body_of, make_key, post

pytestmark = pytest.mark.django_db
BODY = body_of(301, Status=0)


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    make_key(project)


def test_a_signed_callback_is_stored_as_it_came_and_answered_with_200(project: Project) -> None:
    response = post(project, BODY)
    assert (response.status_code, response.json()) == (200, {"code": 0})
    stored = CallbackEvent.objects.get()
    assert bytes(stored.body) == BODY
    assert (stored.project, stored.interpreted_at, stored.event_type) == (project, None, None)


def test_the_vendors_known_answer_is_taken(project: Project) -> None:
    make_key(project, "123654")
    body = (
        b'{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n\t"EventInfo":\t{\n\t\t'
        b'"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n\t\t"EventMsTs":\t1664209748180,\n\t\t'
        b'"UserId":\t"user_85034614",\n\t\t"Reason":\t0\n\t}\n}'
    )
    assert post(project, body, Sign="kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA=").status_code == 200


def test_the_same_callback_again_is_answered_with_200_and_stored_once(project: Project) -> None:
    for _ in range(3):
        assert post(project, BODY).status_code == 200
    assert CallbackEvent.objects.count() == 1


def test_the_same_body_for_two_projects_is_two_callbacks(project: Project, foreign_project: Project) -> None:
    make_key(foreign_project)
    assert [post(each, BODY).status_code for each in (project, foreign_project)] == [200, 200]
    assert CallbackEvent.objects.count() == 2


FORGERIES: dict[str, Callable[[Project], dict[str, str | None]]] = {
    "no signature": lambda _: {"Sign": None},
    "an empty one": lambda _: {"Sign": ""},
    "hex instead of base64": lambda _: {"Sign": "ab" * 32},
    "a wrong key": lambda _: {"Sign": sign(b"another key", BODY)},
    "an empty key": lambda _: {"Sign": sign(b"", BODY)},
    "of another body": lambda _: {"Sign": sign(KEY.encode(), BODY + b" ")},
    "cut": lambda _: {"Sign": sign(KEY.encode(), BODY)[:-1]},
    "with more behind it": lambda _: {"Sign": sign(KEY.encode(), BODY) + "="},
    "not ASCII": lambda _: {"Sign": "签名é\xff"},
    "twice": lambda _: {"Sign": ",".join([sign(KEY.encode(), BODY)] * 2)},
    "huge": lambda _: {"Sign": "A" * 100_000},
}


@pytest.mark.parametrize("name", FORGERIES)
def test_every_forgery_gets_the_same_401_and_nothing_is_written(project: Project, name: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = post(project, BODY, **FORGERIES[name](project))
    assert (response.status_code, response.content) == (401, b'{"code": 401}')
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in queries)
    assert not CallbackEvent.objects.exists()


@pytest.mark.parametrize("token", ["unknown", "x" * 33, "a%00b", "a%20b", "%F0%9F%9A%9C", "-"])
def test_an_unknown_token_gets_the_same_401(project: Project, token: str) -> None:
    response = Client().post(
        f"/callbacks/{token}/", BODY, content_type="application/json", headers={"Sign": sign(KEY.encode(), BODY)}
    )
    assert (response.status_code, response.content) == (401, b'{"code": 401}')
    assert not CallbackEvent.objects.exists()


def test_another_projects_key_does_not_sign(project: Project, foreign_project: Project) -> None:
    make_key(foreign_project, "another-key-that-is-long-enough-0123")
    assert post(project, BODY, key="another-key-that-is-long-enough-0123").status_code == 401


def test_two_keys_are_valid_at_once_and_a_retired_one_is_not(project: Project) -> None:
    make_key(project, "the-new-key-that-is-long-enough-01234")
    make_key(project, "the-old-key-that-is-long-enough-01234", retired_at=timezone.now())
    assert post(project, BODY, key="the-new-key-that-is-long-enough-01234").status_code == 200
    assert post(project, BODY).status_code == 200
    assert post(project, BODY, key="the-old-key-that-is-long-enough-01234").status_code == 401


def test_a_new_key_is_valid_at_once_though_others_are_kept(project: Project) -> None:
    assert post(project, BODY).status_code == 200
    make_key(project, "the-new-key-that-is-long-enough-01234")
    assert post(project, BODY + b" ", key="the-new-key-that-is-long-enough-01234").status_code == 200


def test_a_retired_key_is_kept_for_two_seconds_at_most(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert post(project, BODY).status_code == 200
    project.callback_keys.update(retired_at=timezone.now())
    monkeypatch.setattr(keys, "KEPT_SECONDS", 0.0)
    assert post(project, BODY).status_code == 401


def test_a_body_over_one_mebibyte_is_413(project: Project) -> None:
    for body in (b"x" * (MAX_BYTES + 1), b"x" * (10 * MAX_BYTES)):
        assert post(project, body).status_code == 413
    assert post(project, b"x" * MAX_BYTES).status_code == 200


@pytest.mark.parametrize("announced", ["", "3", "99999999999999999999999", "-1", "x", "1e3"])
def test_a_lying_content_length_is_never_believed_too_much(project: Project, announced: str) -> None:
    request = RequestFactory().post(
        "/", b"x" * (2 * MAX_BYTES), content_type="application/json", headers={"Sign": sign(KEY.encode(), BODY)}
    )
    request.META["CONTENT_LENGTH"] = announced
    request.META["wsgi.input_terminated"] = True
    assert receive(request, project.callback_token).status_code in {401, 413}
    assert not CallbackEvent.objects.exists()


def test_it_takes_neither_session_nor_cookie_and_sets_none(project: Project) -> None:
    response = post(project, BODY, client=Client(enforce_csrf_checks=True))
    assert response.status_code == 200
    assert not response.cookies
    assert not [name for name in response.headers if name.lower() == "set-cookie"]


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_nothing_but_post_is_there(project: Project, method: str) -> None:
    assert getattr(Client(), method)(f"/callbacks/{project.callback_token}/").status_code == 405


def test_rejections_are_counted_and_written_once_a_minute(project: Project) -> None:
    for _ in range(5):
        post(project, BODY, Sign="no")
    project.refresh_from_db()
    assert project.callbacks_rejected == 0
    rejections.flush()
    rejections.flush()
    project.refresh_from_db()
    assert project.callbacks_rejected == 5
    assert project.callbacks_rejected_at
    assert timezone.now() - project.callbacks_rejected_at < timedelta(minutes=1)


def test_what_the_database_does_not_take_is_answered_with_503_so_that_it_comes_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("away")

    with monkeypatch.context() as patched:
        patched.setattr(group_commit.CallbackEvent.objects, "bulk_create", fail)
        assert post(project, BODY).status_code == 503
    assert post(project, BODY).status_code == 200


def test_the_key_is_in_no_repr(project: Project) -> None:
    assert KEY not in repr(keys.read(project.callback_token))
