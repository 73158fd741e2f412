"""The page of a project's callbacks: health, keys, registering, trying; and that no key is ever shown."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings import vault
from recordings.callbacks import keys
from recordings.models import AuditEntry, CallbackEvent, CallbackKey, Project, User
from recordings.sandbox import Fault, Sandbox
from tests.access import assert_asks_to_sign_in, assert_missing
from tests.factories import make_operator, signed_in
from tests.forms import FRAGMENT

from .signed_posts import KEY, body_of, make_key, post, tell

pytestmark = pytest.mark.django_db


def url(project: Project, action: str = "") -> str:
    return f"/fleet/projects/{project.pk}/callbacks/{action}"


@pytest.fixture
def browser(admin: User) -> Client:
    return signed_in(admin)


def said(browser: Client, project: Project) -> str:
    return browser.get(url(project)).content.decode()


def test_registering_makes_a_key_tells_the_vendor_and_shows_no_key(
    sandbox: Sandbox, browser: Client, project: Project
) -> None:
    assert browser.post(url(project, "register/")).status_code == 303
    page = said(browser, project)
    key = vault.open_sealed(CallbackKey.objects.get(), "key")
    assert "posts this project" in page
    assert "Registered" in page
    assert project.callback_token in page
    assert key not in page
    assert sandbox.parts.callbacks.receivers.of(project.project_id).key == key


def test_a_refusal_is_explained_with_its_code(sandbox: Sandbox, browser: Client, project: Project) -> None:
    sandbox.add_fault(Fault.REFUSE, action="ModifyCallbackUrl", code="InvalidParameterValue")
    browser.post(url(project, "register/"))
    assert "InvalidParameterValue" in said(browser, project)
    sandbox.add_fault(Fault.HTML, action="ModifyCallbackUrl")
    browser.post(url(project, "register/"))
    assert "Registering again is safe." in said(browser, project)


def test_rotation_by_clicks(sandbox: Sandbox, browser: Client, project: Project) -> None:
    browser.post(url(project, "register/"))
    old = CallbackKey.objects.get()
    browser.post(url(project, "replace/"))
    assert "Still valid" in said(browser, project)
    browser.post(url(project, "replace/"))
    assert "two keys are valid already" in said(browser, project)
    body = body_of(301, Status=0)
    opened = vault.open_sealed(old, "key")
    assert post(project, body, key=opened).status_code == 200
    browser.post(url(project, "retire/"), {"key": str(old.pk)})
    assert "Retired" in said(browser, project)
    assert post(project, body, key=opened).status_code == 401
    browser.post(url(project, "retire/"), {"key": str(CallbackKey.objects.get(retired_at=None).pk)})
    assert "may sign with this key" in said(browser, project)


@pytest.mark.parametrize("key", ["", "x", "\x00", "0" * 36, "11111111-1111-1111-1111-111111111111"])
def test_retiring_what_is_no_key_changes_nothing(browser: Client, project: Project, key: str) -> None:
    make_key(project)
    assert browser.post(url(project, "retire/"), {"key": key}).status_code == 303
    assert CallbackKey.objects.filter(retired_at=None).count() == 1


def test_another_projects_key_cannot_be_retired_here(
    browser: Client, project: Project, foreign_project: Project
) -> None:
    key = make_key(foreign_project)
    browser.post(url(project, "retire/"), {"key": str(key.pk)})
    key.refresh_from_db()
    assert key.retired_at is None


def test_a_test_event_goes_round_by_the_public_address(
    live_server: LiveServer, settings: Settings, browser: Client, project: Project
) -> None:
    settings.PUBLIC_URL = live_server.url
    make_key(project)
    browser.post(url(project, "try/"))
    page = said(browser, project)
    assert "The test event arrived after" in page
    event = CallbackEvent.objects.get()
    tell(project)
    event.refresh_from_db()
    assert (event.event_type, event.task_id, event.complaint) == (0, "", "")
    assert AuditEntry.objects.filter(action="callbacks.tested").exists()
    assert "Test event of this server" in said(browser, project)


def test_a_test_event_says_why_it_did_not_arrive(
    live_server: LiveServer, settings: Settings, browser: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post(url(project, "try/"))
    assert "there is no valid key yet" in said(browser, project)
    make_key(project)
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    browser.post(url(project, "try/"))
    assert "cannot be reached from here" in said(browser, project)
    settings.PUBLIC_URL = f"{live_server.url}/elsewhere"
    browser.post(url(project, "try/"))
    assert "status 415" in said(browser, project)
    settings.PUBLIC_URL = live_server.url
    monkeypatch.setattr(keys, "read", lambda _token: None)
    browser.post(url(project, "try/"))
    assert "Rejected (401)" in said(browser, project)
    assert not CallbackEvent.objects.exists()


def test_health_says_what_came_last_how_late_and_how_many_were_refused(browser: Client, project: Project) -> None:
    make_key(project)
    assert "No callback yet" in said(browser, project)
    tell(project, body_of(301, at=(timezone.now() - timedelta(seconds=42)).timestamp(), Status=1), b"not JSON")
    Project.objects.update(callbacks_rejected=17, callbacks_rejected_at=timezone.now())
    page = said(browser, project)
    for text in ("42.", "Recorder started", "failed to start", "the body is not JSON", "17"):
        assert text in page


def test_text_of_a_callback_is_shown_inert(browser: Client, project: Project) -> None:
    make_key(project)
    tell(project, body_of(310, task_id="-<script>alert(1)</script>", FileList=["<script>.mp4"], FileMessage=[]))
    assert "<script>alert" not in said(browser, project)
    assert "<script>alert" not in browser.get("/unclaimed/").content.decode()


def test_an_address_of_this_machine_is_warned_of_unless_the_sandbox_stands_in(
    settings: Settings, sandbox: Sandbox, browser: Client, project: Project
) -> None:
    warning = "Tencent Cloud cannot reach this server"
    assert warning not in said(browser, project)
    project.account.endpoint = "trro.tencentcloudapi.com"
    project.account.save()
    assert warning in said(browser, project)
    settings.PUBLIC_URL = "https://trro.example.com"
    assert warning not in said(browser, project)


def test_a_changed_public_address_is_noticed(
    sandbox: Sandbox, settings: Settings, browser: Client, project: Project
) -> None:
    browser.post(url(project, "register/"))
    assert "Callbacks go to another address" not in said(browser, project)
    settings.PUBLIC_URL = "http://127.0.0.1:8001"
    assert "Callbacks go to another address" in said(browser, project)


def test_others_see_how_they_fare_and_nothing_of_the_keys(operator: User, auditor: User, project: Project) -> None:
    make_key(project)
    for person in (operator, auditor):
        page = said(signed_in(person), project)
        assert "Callback health" in page
        for hidden in (KEY[-4:], project.callback_token, "register/", "replace/", "retire/", "try/"):
            assert hidden not in page


def test_access(project: Project, foreign_project: Project, operator: User, auditor: User, no_role_user: User) -> None:
    assert_asks_to_sign_in(url(project))
    assert_missing(url(project), make_operator(foreign_project))
    assert signed_in(no_role_user).get(url(project)).status_code == 403
    for action in ("register/", "replace/", "retire/", "try/"):
        for person in (operator, auditor, no_role_user):
            assert signed_in(person).post(url(project, action)).status_code == 403


def test_it_has_a_fragment(browser: Client, project: Project) -> None:
    assert browser.get(url(project), headers=FRAGMENT).content.decode().lstrip().startswith('<div id="callbacks"')
