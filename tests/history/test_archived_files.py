"""Archived files: they are named, and nothing of them is signed."""

import pytest

from recordings.lifecycle.recording_folder import own_folder_of
from recordings.models import AuditEntry, Recording, User
from recordings.sandbox.bucket_server import BucketServer
from tests.factories import signed_in

from .test_file_views import file_of, put_playlist, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE", "ARCHIVE"])
@pytest.mark.parametrize("what", ["", "play/"])
def test_an_archived_file_says_what_to_do_and_nothing_is_signed_or_entered(
    ended: Recording, bucket: BucketServer, operator: User, storage_class: str, what: str
) -> None:
    file, client = file_of(ended, "a_0.mp4"), signed_in(operator)
    key = own_folder_of(ended) + file.name
    bucket.archive(ended.bucket, key, storage_class)
    response = client.get(url(file, what))
    page = response.content.decode()
    assert response.status_code == 409
    assert "This file is archived" in page
    assert "Restore it in the provider" in page
    assert "X-Amz-Signature" not in page
    bucket.archive(ended.bucket, key, storage_class, restore='ongoing-request="true"')
    assert "is being restored" in client.get(url(file, what)).content.decode()
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()
    bucket.archive(ended.bucket, key, storage_class, restore='ongoing-request="false", expiry-date="x"')
    assert client.get(url(file, what)).status_code in {200, 302}
    assert AuditEntry.objects.filter(action__startswith="file.").count() == 1


@pytest.mark.parametrize("tier", ["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"])
def test_an_archive_tier_of_intelligent_tiering_is_archived_too(
    ended: Recording, bucket: BucketServer, operator: User, tier: str
) -> None:
    file = file_of(ended, "a_0.mp4")
    bucket.archive(ended.bucket, own_folder_of(ended) + file.name, "INTELLIGENT_TIERING", tier=tier)
    assert "This file is archived" in signed_in(operator).get(url(file, "play/")).content.decode()


def test_archived_segments_are_named_though_the_playlist_is_not_archived(
    ended: Recording, bucket: BucketServer, operator: User
) -> None:
    """A lifecycle rule passes over small objects."""
    file = put_playlist(bucket, ended, "#EXTM3U\n#EXTINF:4,\na_audio_video_1.ts\n")
    bucket.archive(ended.bucket, own_folder_of(ended) + "a_audio_video_1.ts", "GLACIER")
    assert "This file is archived" in signed_in(operator).get(url(file, "play/")).content.decode()
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()


def test_the_list_says_which_files_are_archived(ended: Recording, bucket: BucketServer, operator: User) -> None:
    ended.files.filter(name="a_0.mp4").update(storage_class="DEEP_ARCHIVE")
    ended.files.filter(name="a.aac").update(storage_class="STANDARD_IA")
    page = signed_in(operator).get(ended.get_absolute_url()).content.decode()
    assert page.count("Archived (DEEP_ARCHIVE)") == 1
    assert "STANDARD_IA" not in page
