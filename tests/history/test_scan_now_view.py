"""/recordings/<id>/files/scan/: having a bucket looked into at once."""

import pytest
from django.test import Client
from django.utils import timezone

from recordings import wakeups
from recordings.models import Device, Project, Recording, StorageCredential, User
from tests.access import assert_methods
from tests.callbacks.signed_posts import TASK, make_recording
from tests.factories import make_operator, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(operator: User, device: Device, storage: StorageCredential) -> Recording:
    """One that is over, and for which nothing is looked for any more."""
    recording = make_recording(operator, device, storage, task_id=TASK)
    Recording.objects.update(state=Recording.State.ENDED, ended_at=timezone.now(), next_scan_at=None)
    return recording


def url(recording: Recording) -> str:
    return f"/recordings/{recording.pk}/files/scan/"


@pytest.mark.django_db(transaction=True)
def test_it_is_due_at_once_and_the_worker_is_woken(recording: Recording, operator: User) -> None:
    wakeups.queue(wakeups.SCANS).flush()
    response = signed_in(operator).post(url(recording))
    assert (response.status_code, response.headers["Location"]) == (303, recording.get_absolute_url())
    recording.refresh_from_db()
    assert recording.next_scan_at
    assert recording.next_scan_at <= timezone.now()
    assert wakeups.queue(wakeups.SCANS).pending_count() == 1


def test_a_fragment_is_the_list_of_files_which_asks_again(recording: Recording, operator: User) -> None:
    page = signed_in(operator).post(url(recording), headers=FRAGMENT).content.decode()
    assert page.lstrip().startswith('<section id="files"')
    assert 'hx-trigger="every 3s"' in page


def test_the_button_is_there_for_operators_only(recording: Recording, operator: User, auditor: User) -> None:
    address = recording.get_absolute_url()
    assert url(recording) in signed_in(operator).get(address).content.decode()
    assert url(recording) not in signed_in(auditor).get(address).content.decode()


def test_a_lost_one_has_the_button_too_and_a_refused_one_has_none(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    lost = make_recording(operator, device, storage)
    client = signed_in(operator)
    assert url(lost) in client.get(lost.get_absolute_url()).content.decode()
    Recording.objects.update(state=Recording.State.REFUSED, next_scan_at=None)
    assert url(lost) not in client.get(lost.get_absolute_url()).content.decode()
    assert client.post(url(lost)).status_code == 303
    lost.refresh_from_db()
    assert lost.next_scan_at is None


def test_who_may(recording: Recording, auditor: User, no_role_user: User, foreign_project: Project) -> None:
    assert Client().post(url(recording)).status_code == 302
    assert signed_in(auditor).post(url(recording)).status_code == 403
    assert signed_in(no_role_user).post(url(recording)).status_code == 403
    foreign = make_operator(foreign_project, username="foreign")
    assert signed_in(foreign).post(url(recording)).status_code == 404


def test_only_post(recording: Recording, operator: User) -> None:
    assert_methods(url(recording), operator, "post")
    assert signed_in(operator).get(url(recording)).status_code == 405
