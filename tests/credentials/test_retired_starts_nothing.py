"""What is retired is not offered and cannot be started with, by any kind of request."""

import pytest
from django.utils import timezone

from recordings.lifecycle.start import NotOffered, build_recording, start_again, start_recording
from recordings.models import Device, Recording, RecordingProfile, StorageCredential, User
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def retire(row: object) -> None:
    row.retired_at = timezone.now()  # type: ignore[attr-defined]
    row.save()  # type: ignore[attr-defined]


def test_a_retired_storage_is_in_no_form(
    device: Device, storage: StorageCredential, profile: RecordingProfile, operator: User, admin: User
) -> None:
    retire(storage)
    page = signed_in(operator).get("/recordings/new/", {"device": device.pk}).content.decode()
    assert storage.name not in page
    assert f">{profile.name}<" not in page
    assert f">{storage.name}<" not in signed_in(admin).get("/profiles/new/").content.decode()


def test_a_retired_storage_starts_nothing_also_not_again(
    device: Device, storage: StorageCredential, operator: User
) -> None:
    earlier = build_recording(actor=operator, request=start_request(device, storage))
    earlier.state = Recording.State.REFUSED
    earlier.save()
    retire(storage)
    with pytest.raises(NotOffered):
        start_recording(actor=operator, request=start_request(device, storage))
    with pytest.raises(NotOffered):
        start_again(actor=operator, earlier=earlier)
    assert Recording.objects.count() == 1


def test_a_retired_account_starts_nothing(device: Device, storage: StorageCredential, operator: User) -> None:
    retire(device.project.account)
    with pytest.raises(NotOffered):
        start_recording(actor=operator, request=start_request(device, storage))
    assert not signed_in(operator).get("/recordings/new/").context["form"].fields["project"].queryset.exists()


def test_an_account_with_live_recordings_is_not_retired_and_links_to_them(
    device: Device, storage: StorageCredential, operator: User, admin: User
) -> None:
    live = build_recording(actor=operator, request=start_request(device, storage))
    live.save()
    account, client = device.project.account, signed_in(admin)
    said = client.post(f"{account.get_absolute_url()}retire/", follow=True).content.decode()
    account.refresh_from_db()
    assert account.retired_at is None
    assert "this account has live recordings" in said
    assert live.get_absolute_url() in said


def test_a_storage_with_live_recordings_is_retired_and_says_so(
    device: Device, storage: StorageCredential, operator: User, admin: User
) -> None:
    build_recording(actor=operator, request=start_request(device, storage)).save()
    said = signed_in(admin).post(f"{storage.get_absolute_url()}retire/", follow=True).content.decode()
    storage.refresh_from_db()
    assert storage.retired_at
    assert "1 live recording keeps uploading into it" in said
