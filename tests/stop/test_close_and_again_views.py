"""Closing a recording with a reason, cancelling a queued one, and trying again."""

import pytest
from django.test import Client

from recordings.lifecycle.selection import freeze_selection
from recordings.lifecycle.start import start_recording
from recordings.models import Attention, Decision, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def unknown(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    sandbox.add_fault(Fault.RESET_AFTER)
    return start_recording(actor=operator, request=start_request(device, storage))[0]


def test_an_unknown_one_is_closed_with_its_reason(browser: Client, unknown: Recording) -> None:
    assert browser.get(f"/recordings/{unknown.pk}/close/").status_code == 200
    response = browser.post(f"/recordings/{unknown.pk}/close/", {"reason": "Nothing in the bucket"})
    assert response.status_code == 303
    unknown.refresh_from_db()
    assert unknown.state == Recording.State.CLOSED


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_fitting_reason_nothing_is_closed(browser: Client, unknown: Recording, reason: str) -> None:
    response = browser.post(f"/recordings/{unknown.pk}/close/", {"reason": reason})
    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_closing_it_again_in_another_tab_changes_nothing_and_says_so(browser: Client, unknown: Recording) -> None:
    for _ in range(2):
        response = browser.post(f"/recordings/{unknown.pk}/close/", {"reason": "Over"}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    assert Decision.objects.count() == 1


def test_a_queued_one_is_cancelled(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REQUEST_LIMIT)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    browser.post(f"/recordings/{recording.pk}/close/", {"reason": "Not needed"})
    recording.refresh_from_db()
    assert recording.state == Recording.State.CANCELLED


def test_trying_again_starts_once_and_then_is_refused_with_a_link(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.INTERNAL_ERROR)
    refused, _ = start_recording(actor=operator, request=start_request(device, storage))
    first = browser.post(f"/recordings/{refused.pk}/again/")
    retried = Recording.objects.get(retry_of=refused)
    assert first.headers["Location"] == retried.get_absolute_url()
    second = browser.post(f"/recordings/{refused.pk}/again/")
    assert second.headers["Location"] == retried.get_absolute_url()
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_one_that_came_back_since_the_page_was_shown_is_not_closed_and_it_says_how_it_is(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    silent, _ = start_recording(actor=operator, request=start_request(device, storage))
    url = f"/recordings/{silent.pk}/close/"
    shown = {"state": Recording.State.RECORDING, "attention": Attention.SILENT}
    changed = [{"attention": ""}, {"attention": Attention.STOP_REFUSED}, {"state": Recording.State.STOPPING}]
    for change in changed:
        Recording.objects.update(**shown)
        seen = browser.get(url).context["form"]["seen"].value()
        Recording.objects.update(**change)
        page = browser.post(url, {"seen": seen, "reason": "Silent"}, follow=True).content.decode()
        assert "has changed since this page was shown" in page
        assert not Decision.objects.exists()
    Recording.objects.update(**shown)
    browser.post(url, {"seen": browser.get(url).context["form"]["seen"].value(), "reason": "Silent"})
    silent.refresh_from_db()
    assert silent.state == Recording.State.CLOSED


def test_what_was_shown_of_another_recording_or_was_changed_on_its_way_closes_nothing(
    browser: Client, unknown: Recording, operator: User
) -> None:
    other = freeze_selection([Recording(pk=unknown.pk + 1, state=unknown.state, attention="")], user=operator)
    for seen in (other, freeze_selection([unknown], user=operator)[:-2], "unknown"):
        response = browser.post(f"/recordings/{unknown.pk}/close/", {"seen": seen, "reason": "x"}, follow=True)
        assert "Nothing was changed" in response.content.decode()
    assert not Decision.objects.exists()
