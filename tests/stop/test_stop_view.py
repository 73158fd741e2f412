"""The page and the dialog that stop a recording: a confirmation, a message for each outcome, never a surprise."""

import pytest
from django.test import Client

from recordings.lifecycle.start import start_recording
from recordings.models import AuditEntry, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods, assert_missing
from tests.factories import make_operator, make_project, signed_in
from tests.forms import FRAGMENT, HOSTILE
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
STOP = "DeleteCloudRecording"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def running(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    return start_recording(actor=operator, request=start_request(device, storage))[0]


def url(recording: Recording) -> str:
    return f"/recordings/{recording.pk}/stop/"


def test_it_asks_first_and_stops_nothing_by_being_looked_at(
    sandbox: Sandbox, browser: Client, running: Recording
) -> None:
    page = browser.get(url(running))
    assert page.status_code == 200
    assert "Stop this recording?" in page.content.decode()
    assert not sandbox.journal(EntryKind.STOPPED)


def test_for_the_dialog_it_gives_the_question_alone(browser: Client, running: Recording) -> None:
    fragment = browser.get(url(running), headers=FRAGMENT).content.decode()
    assert fragment.lstrip().startswith('<form id="stop-form"')
    assert "<html" not in fragment


def test_confirmed_it_stops_says_so_and_leads_back(sandbox: Sandbox, browser: Client, running: Recording) -> None:
    response = browser.post(url(running), {"reason": "Shift is over"}, follow=True)
    assert response.redirect_chain[-1][0] == running.get_absolute_url()
    assert "Tencent Cloud accepted the stop" in response.content.decode()
    assert "Shift is over" in response.content.decode(), "the timeline tells why"
    assert len(sandbox.journal(EntryKind.STOPPED)) == 1


def test_from_the_history_it_leads_back_to_the_history(browser: Client, running: Recording) -> None:
    headers = FRAGMENT | {"HX-Current-URL": "http://testserver/recordings/?state=accepted"}
    response = browser.post(url(running), {}, headers=headers)
    assert response.headers["HX-Redirect"] == "/recordings/?state=accepted"


def test_it_never_leads_to_another_site(browser: Client, running: Recording) -> None:
    for elsewhere in ("https://elsewhere.example/", "http://testserver//elsewhere.example/"):
        response = browser.post(url(running), {}, headers=FRAGMENT | {"HX-Current-URL": elsewhere})
        assert response.headers["HX-Redirect"] == running.get_absolute_url()


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Fault.REFUSE, "ResourceNotFound", "Stop refused"),
        (Fault.REQUEST_LIMIT, "", "Stop refused temporarily; retrying"),
        (Fault.RESET_AFTER, "", "No response to the stop"),
    ],
)
def test_every_outcome_is_said(
    sandbox: Sandbox, browser: Client, running: Recording, fault: Fault, code: str, said: str
) -> None:
    sandbox.add_fault(fault, action=STOP, code=code)
    assert said in browser.post(url(running), follow=True).content.decode()


def test_stopping_it_in_another_tab_too_changes_nothing_and_says_so(
    sandbox: Sandbox, browser: Client, running: Recording
) -> None:
    for _ in range(2):
        response = browser.post(url(running), follow=True)
    assert "a stop was already requested" in response.content.decode()
    assert len(sandbox.journal(EntryKind.STOPPED)) == 1


def test_what_has_ended_says_so_and_changes_nothing(browser: Client, running: Recording) -> None:
    Recording.objects.update(state=Recording.State.ENDED)
    assert "nothing to stop" in browser.get(url(running)).content.decode()
    before = AuditEntry.objects.count()
    assert "Nothing was changed" in browser.post(url(running), follow=True).content.decode()
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("reason", [value for value in HOSTILE.values() if len(value) > 500 or "\x00" in value])
def test_a_reason_that_cannot_be_kept_is_refused_and_nothing_is_stopped(
    sandbox: Sandbox, browser: Client, running: Recording, reason: str
) -> None:
    assert browser.post(url(running), {"reason": reason}).status_code == 422
    assert not sandbox.journal(EntryKind.STOPPED)


def test_access(running: Recording, admin: User, auditor: User, operator: User) -> None:
    assert_asks_to_sign_in(url(running))
    assert_forbidden(url(running), admin, auditor)
    assert_missing(url(running), make_operator(make_project()))
    assert_methods(url(running), operator, "post")
