"""/recordings/<id>/files/…: downloading and playing, by whom, from where, and when it cannot be."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urljoin, urlsplit
from urllib.request import urlopen

import pytest
import time_machine
from django.utils import timezone

from recordings.audit_log.verify import verify
from recordings.lifecycle.recording_folder import own_folder_of
from recordings.models import AuditEntry, Recording, RecordingFile, User
from recordings.sandbox.bucket_rights import Refusal
from recordings.sandbox.bucket_server import BucketServer
from tests.factories import signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db


def file_of(recording: Recording, name: str) -> RecordingFile:
    return recording.files.get(name=name)


def url(file: RecordingFile, what: str = "") -> str:
    return f"/recordings/{file.recording_id}/files/{file.pk}/{what}"


def address_in(page: str) -> str:
    return page.split('data-player="')[0].rpartition('src="')[2].split('"')[0].replace("&amp;", "&")


def put_playlist(bucket: BucketServer, recording: Recording, text: str) -> RecordingFile:
    """Write it, and one segment."""
    file = file_of(recording, "a_audio_video.m3u8")
    bucket.put(recording.bucket, own_folder_of(recording) + file.name, text.encode())
    bucket.put(recording.bucket, own_folder_of(recording) + "a_audio_video_1.ts", b"segment")
    return file


def test_a_download_leads_to_an_address_that_lives_minutes_and_is_entered(ended: Recording, operator: User) -> None:
    file = file_of(ended, "a_0.mp4")
    response = signed_in(operator).get(url(file))
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    address = urlsplit(response.headers["Location"])
    query = parse_qs(address.query)
    assert unquote(address.path) == f"/{ended.bucket}/{own_folder_of(ended)}a_0.mp4"
    assert int(query["X-Amz-Expires"][0]) <= 15 * 60
    answer = urlopen(response.headers["Location"])
    assert answer.read() == b"0123456789"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a_0.mp4"'
    entry = AuditEntry.objects.get(action="file.downloaded")
    assert (entry.actor, entry.after) == ("operator", {"file": "a_0.mp4", "task_id": ended.task_id})
    assert "Signature" not in str(AuditEntry.objects.values_list("after", "target"))
    assert verify().finding is None


@pytest.mark.parametrize(("name", "tag"), [("a_0.mp4", "<video"), ("a.aac", "<audio")])
def test_what_a_browser_plays_is_played_from_the_bucket(ended: Recording, auditor: User, name: str, tag: str) -> None:
    response = signed_in(auditor).get(url(file_of(ended, name), "play/"), headers=FRAGMENT)
    page = response.content.decode()
    assert page.strip().startswith('<section id="player"')
    assert tag in page
    assert urlopen(address_in(page)).read() == b"0123456789"
    assert AuditEntry.objects.filter(action="file.watched", actor="auditor").count() == 1


def test_what_no_browser_plays_is_a_download_with_the_reason(ended: Recording, operator: User) -> None:
    page = signed_in(operator).get(url(file_of(ended, "a.bin"), "play/")).content.decode()
    assert "Browsers cannot play this file type" in page
    assert not AuditEntry.objects.filter(action="file.watched").exists()


def test_hls_is_played_by_a_playlist_whose_segments_lead_to_the_bucket(
    ended: Recording, bucket: BucketServer, operator: User
) -> None:
    file = file_of(ended, "a_audio_video.m3u8")
    put_playlist(bucket, ended, "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\na_audio_video_1.ts\n")
    client = signed_in(operator)
    playlist = address_in(client.get(url(file, "play/")).content.decode())
    response = client.get(playlist)
    assert response.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    (name,) = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    answer = client.get(urljoin(playlist, name))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert urlopen(answer.headers["Location"]).read() == b"segment"
    assert urlopen(answer.headers["Location"]).headers["Content-Type"] == "video/mp2t"
    assert AuditEntry.objects.filter(action="file.watched").count() == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#EXTM3U\n#EXTINF:4,\nhttps://evil.example/x.ts\n", "outside the recording"),
        ("#EXTM3U\n#EXT-X-MAP:URI=x\n#EXTINF:4,\na.ts\n", "#EXT-X-MAP"),
        ("#EXTM3U\n", "no segments yet"),
        ("<html>", "not an HLS playlist"),
    ],
)
def test_a_playlist_that_is_refused_says_why_before_anything_is_entered(
    ended: Recording, bucket: BucketServer, operator: User, text: str, reason: str
) -> None:
    file = put_playlist(bucket, ended, text)
    client = signed_in(operator)
    response = client.get(url(file, "play/"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "This playlist cannot be played" in page
    assert reason in page
    assert "evil" not in page
    assert "CORS" not in page
    assert client.get(url(file, "play/"), headers=FRAGMENT).status_code == 200
    assert reason in client.get(url(file, "play/trouble/")).content.decode()
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()


def test_a_playlist_that_changes_while_it_is_played_is_refused(
    ended: Recording, bucket: BucketServer, operator: User
) -> None:
    file = put_playlist(bucket, ended, "#EXTM3U\n#EXTINF:4,\na_audio_video_1.ts\n")
    client = signed_in(operator)
    playlist = address_in(client.get(url(file, "play/")).content.decode())
    put_playlist(bucket, ended, "#EXTM3U\n#EXTINF:4,\nhttps://evil.example/x.ts\n")
    response = client.get(playlist)
    assert response.status_code == 409
    assert b"evil" not in response.content


def test_a_playlist_and_its_segments_are_given_only_to_a_player_that_was_opened(
    ended: Recording, bucket: BucketServer, operator: User, auditor: User
) -> None:
    file = put_playlist(bucket, ended, "#EXTM3U\n#EXTINF:4,\na_audio_video_1.ts\n")
    client = signed_in(operator)
    address = address_in(client.get(url(file, "play/")).content.decode())
    for name in ("", "a_audio_video_1.ts"):
        assert client.get(url(file, f"playlist/x/{name}")).status_code == 400
        assert signed_in(auditor).get(address + name).status_code == 400, "another user's"
        other = url(file_of(ended, "a_0.mp4"), f"playlist/{address.split('/')[-2]}/{name}")
        assert client.get(other).status_code == 400, "another file's"


@pytest.mark.parametrize("name", ["a.m3u8", "..", "%2e%2e", "a%5cb.ts", "a%0ab.ts", "x" * 600])
def test_no_segment_is_signed_that_is_no_file_of_the_folder(
    ended: Recording, bucket: BucketServer, operator: User, name: str
) -> None:
    file = put_playlist(bucket, ended, "#EXTM3U\n#EXTINF:4,\na_audio_video_1.ts\n")
    client = signed_in(operator)
    address = address_in(client.get(url(file, "play/")).content.decode())
    response = client.get(address + name)
    assert response.status_code == 404
    assert "X-Amz-Signature" not in str(response.headers)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("RequestTimeTooSkewed", "clock is wrong"),
        ("ExpiredToken", "has expired"),
        ("KMS.DisabledException", "encryption key"),
        ("SlowDown", "too many requests"),
        ("PermanentRedirect", "The bucket is not in this region"),
    ],
)
def test_what_the_storage_complains_about_is_shown_in_its_own_words(
    ended: Recording, bucket: BucketServer, operator: User, code: str, words: str
) -> None:
    bucket.guard.refusal = Refusal(code=code)
    page = signed_in(operator).get(url(file_of(ended, "a_0.mp4"))).content.decode()
    assert words in page
    assert code in page
    assert "refused the request" not in page


def test_a_chinese_name_is_downloaded_under_it(ended: Recording, bucket: BucketServer, operator: User) -> None:
    name = "矿车 7号.mp4"
    file = ended.files.create(name=name, seen_in_bucket_at=ended.created_at)
    bucket.put(ended.bucket, own_folder_of(ended) + name, b"film")
    location = signed_in(operator).get(url(file)).headers["Location"]
    assert location.isascii()
    answer = urlopen(location)
    assert answer.read() == b"film"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"___7_.mp4\"; filename*=UTF-8''%E7%9F%BF%E8%BD%A6%207%E5%8F%B7.mp4"
    )


def test_watching_again_within_ten_minutes_is_one_entry_of_the_trail(
    ended: Recording, bucket: BucketServer, operator: User, auditor: User
) -> None:
    file, other = file_of(ended, "a_0.mp4"), file_of(ended, "a.aac")
    watched = AuditEntry.objects.filter(action="file.watched")
    client = signed_in(operator)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            client.get(url(file, "play/"))
        assert watched.count() == 1
        client.get(url(other, "play/"))
        signed_in(auditor).get(url(file, "play/"))
        client.get(url(file))
        assert (watched.count(), AuditEntry.objects.filter(action="file.downloaded").count()) == (3, 1)
        client.get(url(file, "play/"), REMOTE_ADDR="203.0.113.9")
        assert watched.count() == 4, "from another address"
        clock.shift(timedelta(minutes=11))
        client.get(url(file, "play/"))
        assert watched.count() == 5
    assert verify().finding is None


def test_a_player_that_failed_names_a_cors_rule_only_where_there_is_none(
    ended: Recording, bucket: BucketServer, operator: User
) -> None:
    file = put_playlist(bucket, ended, "#EXTM3U\n#EXTINF:4,\na_audio_video_1.ts\n")
    client = signed_in(operator)
    assert "CORS" not in client.get(url(file, "play/trouble/")).content.decode()
    bucket.guard.cors = False
    assert "pages of http://testserver" in client.get(url(file, "play/trouble/")).content.decode()
    bucket.delete(ended.bucket, own_folder_of(ended) + "a_audio_video_1.ts")
    words = client.get(url(file, "play/trouble/")).content.decode()
    assert "The file is not in the bucket" in words
    assert "CORS" not in words


def test_a_file_that_is_gone_says_so(ended: Recording, bucket: BucketServer, operator: User) -> None:
    file = file_of(ended, "a_0.mp4")
    bucket.delete(ended.bucket, own_folder_of(ended) + file.name)
    client = signed_in(operator)
    for what in ("", "play/"):
        response = client.get(url(file, what))
        assert response.status_code == 404
        assert "No longer in the bucket" in response.content.decode()
    fragment = client.get(url(file, "play/"), headers=FRAGMENT)
    assert fragment.status_code == 200
    assert "No longer in the bucket" in fragment.content.decode()
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()


def test_the_list_alone_leads_to_the_recordings_page(ended: Recording, operator: User) -> None:
    response = signed_in(operator).get(f"/recordings/{ended.pk}/files/")
    assert (response.status_code, response.headers["Location"]) == (303, ended.get_absolute_url())


def test_the_page_may_play_from_the_storages_and_from_nowhere_else(ended: Recording, operator: User) -> None:
    policy = signed_in(operator).get(ended.get_absolute_url()).headers["Content-Security-Policy"]
    (media,) = [part.strip() for part in policy.split(";") if part.strip().startswith("media-src")]
    assert "https://*.myqcloud.com" in media
    assert "https://*.amazonaws.com" in media
    assert " * " not in f"{media} "


def test_asking_for_the_headers_alone_is_no_watching(ended: Recording, operator: User) -> None:
    browser, file = signed_in(operator), ended.files.all()[0]
    for what in ("", "play/"):
        assert browser.head(f"{ended.get_absolute_url()}files/{file.pk}/{what}").status_code == 405
    assert not AuditEntry.objects.filter(action__startswith="file.").exists()
